# shellcheck shell=bash
# What the scripts in tools/ tell the person who runs them, and how they become root.
# To be sourced. Progress goes to standard error, so that results can be piped.

# say TEXT...: one line about what is going on.
say() { printf '%s\n' "$*" >&2; }

# done_before TEXT...: a step that needs no work this time.
done_before() { printf '  = %s (skipped)\n' "$*" >&2; }

# step TEXT...: a step that is about to be carried out.
step() { printf '  > %s\n' "$*" >&2; }

# die TEXT...: the last words of a script that cannot go on.
die() {
	printf '%s: error: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# as_root COMMAND...: runs it as root, through sudo where we are somebody else.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo --preserve-env=INGOT_KUBERNETES -- "$@"
	else
		die "this needs root: run it as root, or install sudo ($*)"
	fi
}

# logged LOG COMMAND...: runs quietly into a log file; shows its end if the command fails.
logged() {
	local log=$1 status=0
	shift
	mkdir -p "$(dirname "$log")"
	"$@" >>"$log" 2>&1 </dev/null || status=$?
	if [ "$status" -ne 0 ]; then
		say "failed with status $status: $*"
		say "the last lines of $log:"
		tail -n 25 "$log" | sed 's/^/    /' >&2
	fi
	return "$status"
}
