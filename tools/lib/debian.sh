# shellcheck shell=bash
# Debian packages: installing what is missing, also from a newer suite than the machine's own.
# To be sourced after say.sh.

# Newer suites are pinned this low, so that nothing comes from them unless asked for by name.
declare -rA DEBIAN_PIN=([trixie]=100 [sid]=90)
readonly DEBIAN_UPSTREAM=http://deb.debian.org/debian
readonly DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# debian_has PACKAGE: whether it is installed.
debian_has() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# debian_missing PACKAGE...: prints those that are not installed.
debian_missing() {
	local package
	for package in "$@"; do
		debian_has "$package" || printf '%s\n' "$package"
	done
}

# debian_get ARGUMENT...: apt-get for machines where nobody answers questions.
debian_get() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@"
}

# debian_lists_fresh [FILE_PART]: whether package lists (of one suite) were fetched within a day.
debian_lists_fresh() {
	local found
	found=$(find /var/lib/apt/lists -maxdepth 1 -name "*${1:-}*Packages*" -mmin -1440 -print -quit 2>/dev/null)
	[ -n "$found" ]
}

# debian_install PACKAGE...: installs what is missing of these, and says so.
debian_install() {
	local missing
	mapfile -t missing < <(debian_missing "$@")
	if [ "${#missing[@]}" -eq 0 ]; then
		done_before "Debian packages: all ${#} are there"
		return 0
	fi
	step "installing from Debian: ${missing[*]}"
	debian_lists_fresh || logged "$DEBIAN_LOG" debian_get update
	# A list older than the mirror names files that are gone: fetch it anew, once.
	logged "$DEBIAN_LOG" debian_get install --no-install-recommends "${missing[@]}" && return 0
	step "trying again with fresh package lists"
	logged "$DEBIAN_LOG" debian_get update
	logged "$DEBIAN_LOG" debian_get install --no-install-recommends "${missing[@]}"
}

# debian_add_suite SUITE: makes a newer suite (and its sources) available, at a low priority.
# A suite without a priority here is the machine's own.
debian_add_suite() {
	local suite=$1 source=/etc/apt/sources.list.d/ingot-$1.sources
	[ -n "${DEBIAN_PIN[$suite]:-}" ] || return 0
	if [ ! -f "$source" ]; then
		step "adding Debian $suite as a package source with priority ${DEBIAN_PIN[$suite]}"
		printf 'Package: *\nPin: release n=%s\nPin-Priority: %s\n' "$suite" "${DEBIAN_PIN[$suite]}" |
			as_root tee "/etc/apt/preferences.d/ingot-$suite" >/dev/null
		# A mirror may lag behind: signatures count, dates do not.
		printf 'Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\nCheck-Valid-Until: no\n' \
			"$DEBIAN_UPSTREAM" "$suite" "$DEBIAN_KEYRING" |
			as_root tee "$source" >/dev/null
	elif debian_lists_fresh "_${suite}_"; then
		return 0
	fi
	logged "$DEBIAN_LOG" debian_get update
}

# debian_install_from SUITE PACKAGE...: installs these from a newer suite, all else from our own.
debian_install_from() {
	local suite=$1 wanted=()
	shift
	debian_add_suite "$suite"
	step "installing from Debian $suite: $*"
	mapfile -t wanted < <(printf "%s/$suite\n" "$@")
	logged "$DEBIAN_LOG" debian_get install --no-install-recommends "${wanted[@]}"
}

# debian_unpack SUITE FOLDER PACKAGE...: unpacks packages into a folder without installing them.
debian_unpack() {
	local suite=$1 folder=$2 package archives
	shift 2
	debian_add_suite "$suite"
	archives=$(mktemp -d)
	chmod 755 "$archives"
	for package in "$@"; do
		(cd "$archives" && logged "$DEBIAN_LOG" apt-get -q download "$package/$suite")
	done
	mkdir -p "$folder"
	for package in "$archives"/*.deb; do
		dpkg-deb -x "$package" "$folder"
	done
	rm -r "$archives"
}

DEBIAN_LOG=${DEBIAN_LOG:-${XDG_CACHE_HOME:-$HOME/.cache}/ingot/debian.log}
