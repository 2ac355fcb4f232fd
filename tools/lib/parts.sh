# shellcheck shell=bash
# Parts of a long build: each is made once for given inputs and kept, says how long it will take,
# and shows the end of its log where it fails. To be sourced after say.sh.
#
# The caller sets PARTS_CACHE, the folder that keeps results: NAME-KEY/ for each part, log/NAME.log.

# part_key TEXT... -- FILE...: a short name for inputs: some text, and the content of files and folders.
part_key() {
	local text=()
	while [ "$1" != -- ]; do
		text+=("$1")
		shift
	done
	shift
	{
		printf '%s\n' "${text[@]}"
		find "$@" -type f -print0 | sort -z | xargs -0 -r sha256sum | sed 's|  .*/|  |'
	} | sha256sum | cut -c1-12
}

# part_result NAME KEY: the folder of a part's result.
part_result() { printf '%s/%s-%s\n' "$PARTS_CACHE" "$1" "$2"; }

# part_ready NAME KEY: whether the part needs no work.
part_ready() { [ -f "$(part_result "$1" "$2")/.complete" ]; }

# part_estimate SECONDS: for this machine, from what was measured with two processors and nothing
# cached. A warm compiler cache makes it a fraction of that.
part_estimate() {
	if (($1 < 20)); then echo "$1"; else echo "$((($1 * 2 + $(nproc) - 1) / $(nproc)))"; fi
}

# part_time SECONDS: in words.
part_time() {
	if (($1 < 100)); then echo "$1 s"; else echo "$((($1 + 30) / 60)) min"; fi
}

# part_report NAME PID ESTIMATE: tells how far a part is, every half minute, until its process ends.
#
# It waits by reading from a pipe that nobody writes to: thousands of `sleep` in one build make bash
# forget how the parts that ran beside it ended.
part_report() {
	local begin=$SECONDS next=30 never
	exec {never}<> <(:)
	while kill -0 "$2" 2>/dev/null; do
		read -r -t 0.2 -u "$never" _ || true
		if ((SECONDS - begin >= next)); then
			say "    $1: $((SECONDS - begin)) s of about $3 s"
			next=$((next + 30))
		fi
	done
	exec {never}>&-
}

# part_drop_older NAME KEY: removes results of other inputs, which would pile up.
part_drop_older() {
	local folder
	for folder in "$PARTS_CACHE/$1"-*; do
		[ "$folder" = "$(part_result "$1" "$2")" ] || as_root rm -rf "$folder"
	done
}

# part NAME KEY SECONDS COMMAND...: makes a part, unless it is there: COMMAND with the folder for
# the result as its last argument.
part() {
	local name=$1 key=$2 estimate log=$PARTS_CACHE/log/$1.log result pid begin=$SECONDS
	result=$(part_result "$name" "$key")
	if part_ready "$name" "$key"; then
		done_before "$name: made before from the same inputs"
		return 0
	fi
	estimate=$(part_estimate "$3")
	shift 3
	mkdir -p "$PARTS_CACHE/log"
	as_root rm -rf "$result"
	mkdir -p "$result"
	step "$name: up to $(part_time "$estimate")"
	: >"$log"
	"$@" "$result" >>"$log" 2>&1 </dev/null &
	pid=$!
	part_report "$name" "$pid" "$estimate"
	if ! wait "$pid"; then
		say "$name failed; the last lines of $log:"
		tail -n 25 "$log" | sed 's/^/    /' >&2
		return 1
	fi
	touch "$result/.complete"
	part_drop_older "$name" "$key"
	step "$name: done in $((SECONDS - begin)) s"
}
