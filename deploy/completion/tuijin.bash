# Completion for tuijin, tuijin-collector, tuijin-aggregator and tuijin-dashboard in bash.
# Commands and flags are asked of the program itself, once in a shell.

declare -gA _tuijin_told

# Leaves what `WORDS --complete` says in _tuijin_answer.
_tuijin_ask() {
	if [[ -z ${_tuijin_told["$*"]+yes} ]]; then
		_tuijin_told["$*"]=$("$@" --complete 2>/dev/null </dev/null)
	fi
	_tuijin_answer=${_tuijin_told["$*"]}
}

# The values that a flag takes, by its name and by what stands for its value.
_tuijin_values() {
	case $1 in
	--state) [[ $2 == STATE ]] && echo not_started in_progress blocked completed ;;
	--as)
		[[ $2 == RULING ]] && echo verified returned suspended cancelled open
		[[ $2 == ROLE ]] && echo @operator @subscriber @service
		;;
	--format) echo csv ndjson xlsx report ;;
	--log-level) echo debug info warn error ;;
	*) [[ $2 =~ ^[a-z]+(\|[a-z]+)+$ ]] && echo "${2//|/ }" ;;
	esac
}

# Operands: a plan file, a scope, a check, a file.
_tuijin_operands() {
	case $1 in
	plan\ check | plan\ load | plan\ diff | plan\ show | rehearse)
		compopt -o filenames
		COMPREPLY=($(compgen -f -X '!*.yaml' -- "$2") $(compgen -d -- "$2"))
		;;
	explain | rollup | trend | watch)
		compopt -o nospace
		COMPREPLY=($(compgen -W 'overall chapter/ section/ task/ agency/' -- "$2"))
		;;
	doctor)
		COMPREPLY=($(compgen -W 'keys redis room plans agencies collector aggregator ledger dashboard clocks
			collector-ready aggregator-ready dashboard-ready' -- "$2"))
		;;
	report | keys\ *)
		compopt -o filenames
		COMPREPLY=($(compgen -f -- "$2"))
		;;
	esac
}

_tuijin_flag_value() { # FLAG PLACEHOLDER WORD
	local values
	values=$(_tuijin_values "$1" "$2")
	if [[ -n $values ]]; then
		COMPREPLY=($(compgen -W "$values" -- "$3"))
	elif [[ $2 =~ ^(KEY\|)?FILE$ || $2 == DIR ]]; then
		compopt -o filenames
		COMPREPLY=($(compgen -f -- "$3"))
	fi
}

_tuijin() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local program=${COMP_WORDS[0]} command= from=1 names flag value
	local -a run=("$program")
	COMPREPLY=()

	# bash takes the = of --flag=value for a word of its own.
	if [[ $word == '=' ]]; then
		word=
	elif [[ $before == '=' && COMP_CWORD -gt 2 ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi

	if [[ ${program##*/} == tuijin ]]; then
		_tuijin_ask "$program"
		names=$_tuijin_answer
		[[ ${COMP_WORDS[1]} == help && COMP_CWORD -gt 1 ]] && from=2
		if [[ COMP_CWORD -eq from ]]; then
			((from == 1)) && names+=$'\nhelp'
			COMPREPLY=($(compgen -W "$(cut -d' ' -f1 <<<"$names" | sort -u)" -- "$word"))
			return
		fi
		command=${COMP_WORDS[from]}
		if grep -q "^$command " <<<"$names"; then
			if [[ COMP_CWORD -eq from+1 ]]; then
				COMPREPLY=($(compgen -W "$(sed -n "s/^$command //p" <<<"$names")" -- "$word"))
				return
			fi
			run+=("$command")
			command+=" ${COMP_WORDS[from + 1]}"
			from=$((from + 1))
		fi
		grep -qxF -- "$command" <<<"$names" || return
		run+=("${COMP_WORDS[from]}")
	fi

	_tuijin_ask "${run[@]}"
	while IFS=$'\t' read -r flag value; do
		if [[ $flag == "$before" && -n $value ]]; then
			_tuijin_flag_value "$flag" "$value" "$word"
			return
		fi
	done <<<"$_tuijin_answer"
	if [[ $word == -* ]]; then
		COMPREPLY=($(compgen -W "$(cut -f1 <<<"$_tuijin_answer")" -- "$word"))
	else
		_tuijin_operands "$command" "$word"
	fi
}

complete -F _tuijin tuijin tuijin-collector tuijin-aggregator tuijin-dashboard
