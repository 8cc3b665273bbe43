# fish completion for hearsay. It holds no list: it asks the program.

# The first word that is no option and follows none.
function __hearsay_command
	set -l skip 0
	for word in (commandline -opc)[2..-1]
		if test $skip = 1
			set skip 0
			continue
		end
		switch $word
			case -d --dataset --home
				set skip 1
			case '-*'
			case '*'
				echo $word
				return 0
		end
	end
	return 1
end

function __hearsay_words
	set -l command (__hearsay_command)
	set -l previous (commandline -opc)[-1]
	switch $previous
		case -d --dataset
			hearsay __complete find -d 2>/dev/null
			return
		case '-*'
			if test -n "$command"
				set -l values (hearsay __complete $command $previous 2>/dev/null)
				if set -q values[1]
					printf '%s\n' $values
					return
				end
			end
	end
	if test -z "$command"; or test "$command" = help
		hearsay __complete 2>/dev/null
	else if string match -q -- '-*' (commandline -ct)
		hearsay __complete $command 2>/dev/null
	else
		hearsay __complete $command . 2>/dev/null
	end
end

complete -c hearsay -a '(__hearsay_words)'
