# shellcheck shell=bash
# Completion of ingot for bash; the answers come from ingot itself.
_ingot() {
	local line word
	COMPREPLY=()
	# Readline splits words at "=" and ":"; ingot wants them whole.
	line=${COMP_LINE:0:COMP_POINT}
	local -a words
	read -ra words <<<"$line"
	[[ $line == *[[:space:]] ]] && words+=("")
	while IFS= read -r word; do
		[[ ${words[-1]} == --*=* && ${COMP_WORDBREAKS-} == *=* ]] && word=${word#*=}
		COMPREPLY+=("$word")
	done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
}
complete -o default -F _ingot ingot
