# shellcheck shell=bash
# Running parts of a test run, counting their tests, and keeping the logs of those that fail.
# To be sourced after say.sh, in the top folder of the sources.

readonly ARTIFACTS=$PWD/build/artifacts
PASSED=0
FAILED=0
# Whether the running part counted tests of its own; a part without any is one test itself.
COUNTED=

# tally_check NAME COMMAND...: one test.
tally_check() {
	local name=$1
	shift
	COUNTED=yes
	if "$@"; then
		PASSED=$((PASSED + 1))
	else
		FAILED=$((FAILED + 1))
		echo "FAILED: $name"
		return 1
	fi
}

# tally_ctest COMMAND...: runs ctest and adds its own numbers. A skipped test has not passed.
tally_ctest() {
	local output failed total skipped status=0
	output=$(mktemp)
	"$@" --output-on-failure | tee "$output" || status=$?
	read -r failed total < <(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of \([0-9]*\)/\1 \2/p' "$output") || true
	skipped=$(grep -c 'Test.*\*\*\*Skipped' "$output") || true
	rm "$output"
	if [ -n "${total:-}" ]; then
		COUNTED=yes
		[ "$skipped" -eq 0 ] || say "   $skipped skipped"
		PASSED=$((PASSED + total - failed - skipped))
		FAILED=$((FAILED + failed))
	fi
	return "$status"
}

# tally_part PART: runs run_PART with its output in a log, and says what came of it.
tally_part() {
	local part=$1 begin=$SECONDS status=0 before_failed=$FAILED before_passed=$PASSED log
	log=$ARTIFACTS/$part.log
	mkdir -p "$ARTIFACTS"
	COUNTED=
	say "== $part"
	# Not in a subshell: the part adds to the counts. The long parts show that they live.
	if [ "$part" = image ] || [ "$part" = deps ]; then
		"run_$part" </dev/null || status=$?
	else
		"run_$part" >"$log" 2>&1 </dev/null || status=$?
	fi
	[ -n "$COUNTED" ] || if [ "$status" -eq 0 ]; then PASSED=$((PASSED + 1)); else FAILED=$((FAILED + 1)); fi
	# A runner that failed without a failed test has failed all the same.
	[ "$status" -eq 0 ] || [ "$FAILED" -gt "$before_failed" ] || FAILED=$((FAILED + 1))
	say "== $part: $((PASSED - before_passed)) passed, $((FAILED - before_failed)) failed, $((SECONDS - begin)) s"
	if [ "$FAILED" -gt "$before_failed" ]; then
		[ ! -f "$log" ] || tally_show "$log"
		return 1
	fi
	rm -f "$log"
}

# tally_show LOG: the end, and what a reader needs first, last: who sees little of this sees the final lines.
tally_show() {
	say "what failed, from $1:"
	{
		tail -n 60 "$1"
		echo "..."
		grep -nE '^ *[0-9]+/[0-9]+ Test.*(\*\*\*|Failed)|^(FAIL|ERROR): |^[A-Za-z.]*(Error|Failed): |FAILED|\berror:|ERROR:' "$1" |
			cut -c 1-300 | head -n 20 || true
	} | sed 's/^/    /' >&2
}

# tally_close: the closing line, and the status.
tally_close() {
	echo "$PASSED passed, $FAILED failed"
	[ "$FAILED" -eq 0 ]
}
