# shellcheck shell=bash
# Finding or getting a Go toolchain that is new enough. To be sourced after say.sh and debian.sh.

# Kubernetes 1.36 says so in its go.mod.
readonly GO_OLDEST_MINOR=26

# go_is_new_enough GO: whether this is a Go 1.26 or newer.
go_is_new_enough() {
	local minor
	minor=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
	[ "${minor:-0}" -ge "$GO_OLDEST_MINOR" ]
}

# go_ensure: puts a Go that is new enough first on PATH: the one that is there, or Debian sid's,
# unpacked (its packages only want files that bookworm has).
go_ensure() {
	local candidate home=${XDG_CACHE_HOME:-$HOME/.cache}/ingot/go
	for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$home"/usr/lib/go-*/bin/go; do
		if [ -n "$candidate" ] && [ -x "$candidate" ] && go_is_new_enough "$candidate"; then
			PATH=$(dirname "$candidate"):$PATH
			done_before "$(go version | cut -d' ' -f3) is there"
			return
		fi
	done
	step "unpacking Go from Debian sid into $home"
	debian_add_suite sid
	candidate=$(apt-cache depends golang-go/sid 2>/dev/null | sed -n 's/.*Depends: golang-\(1\.[0-9]*\)-go$/\1/p' | head -n 1)
	[ -n "$candidate" ] || die "Debian sid's golang-go names no version to install"
	debian_unpack sid "$home" "golang-$candidate-go" "golang-$candidate-src"
	PATH=$home/usr/lib/go-$candidate/bin:$PATH
	go_is_new_enough go || die "Go from Debian sid does not run: $(go version 2>&1)"
}
