# bash completion for hearsay. It holds no list: it asks the program.

_hearsay() {
	local word command='' i=1
	local current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()

	# The first word that is no option and follows none is the command.
	while [ "$i" -lt "$COMP_CWORD" ]; do
		word=${COMP_WORDS[i]}
		case $word in
		-d | --dataset | --home) i=$((i + 1)) ;;
		-*) ;;
		help) [ -z "$command" ] && command=help && break ;;
		*) command=$word && break ;;
		esac
		i=$((i + 1))
	done

	local IFS=$'\n' list=''
	case $previous in
	-d | --dataset) list=$(hearsay __complete find -d 2>/dev/null) ;;
	-*) [ -n "$command" ] &&
		list=$(hearsay __complete "$command" "$previous" 2>/dev/null) ;;
	esac
	if [ -z "$list" ]; then
		case $command,$current in
		,-*) list=$(hearsay __complete find 2>/dev/null | cut -f1 |
			grep -xE -- '--(dataset|home|json|help)') ;;
		,* | help,*) list=$(hearsay __complete 2>/dev/null | cut -f1) ;;
		*,-*) list=$(hearsay __complete "$command" 2>/dev/null |
			cut -f1) ;;
		*) list=$(hearsay __complete "$command" . 2>/dev/null) ;;
		esac
	fi
	COMPREPLY=($(compgen -W "$list" -- "$current"))
}

complete -o default -F _hearsay hearsay
