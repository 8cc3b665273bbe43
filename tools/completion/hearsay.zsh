#compdef hearsay
# zsh completion for hearsay. It holds no list: it asks the program.

_hearsay() {
	local command='' word
	local -i i=2
	local -a lines

	# The first word that is no option and follows none is the command.
	while ((i < CURRENT)); do
		word=${words[i]}
		case $word in
		-d | --dataset | --home) ((i++)) ;;
		-*) ;;
		*) command=$word && break ;;
		esac
		((i++))
	done

	case ${words[CURRENT - 1]} in
	-d | --dataset)
		lines=(${(f)"$(hearsay __complete find -d 2>/dev/null)"})
		compadd -a lines
		return ;;
	--home)
		_files -/
		return ;;
	-*)
		if [[ -n $command ]]; then
			lines=(${(f)"$(hearsay __complete $command \
				${words[CURRENT - 1]} 2>/dev/null)"})
			((${#lines})) && compadd -a lines && return
		fi ;;
	esac

	if [[ -z $command || $command == help ]]; then
		lines=(${(f)"$(hearsay __complete 2>/dev/null)"})
		lines=(${lines//$'\t'/:})
		_describe command lines
	elif [[ ${words[CURRENT]} == -* ]]; then
		lines=(${(f)"$(hearsay __complete $command 2>/dev/null)"})
		lines=(${lines//$'\t'/:})
		_describe option lines
	else
		lines=(${(f)"$(hearsay __complete $command . 2>/dev/null)"})
		((${#lines})) && compadd -a lines || _files
	fi
}

_hearsay "$@"
