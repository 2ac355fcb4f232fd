# shellcheck shell=bash
# Debian as the root file system of an image. To be sourced after say.sh and debian.sh.

# debian_root_make ROOT SUITE PACKAGE...: a minimal Debian with these packages, less what is never read in a container.
debian_root_make() {
	local root=$1 suite=$2 list
	shift 2
	list=$(printf '%s,' "$@" | sed 's/,,*/,/g; s/,$//')
	debootstrap --variant=minbase --include="$list" "$suite" "$root" "$DEBIAN_UPSTREAM"
	debian_root_empty_var "$root"
	debian_root_drop_documents "$root" "$suite"
}

# The engine copies /var into every container's volume, file by file: what can stay out of it, does.
debian_root_empty_var() {
	local root=$1
	rm -rf "$root"/var/cache/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/var/lib/systemd/catalog
	mkdir -p "$root/var/cache/apt/archives/partial" "$root/var/lib/apt/lists/partial"
	mv "$root/var/lib/dpkg" "$root/usr/lib/dpkg-state"
	ln -s ../../usr/lib/dpkg-state "$root/var/lib/dpkg"
}

# Manuals and translations are for people who do not work in here.
debian_root_drop_documents() {
	local root=$1 suite=$2
	rm -rf "${root:?}"/usr/share/{doc,man,info,locale,lintian,bash-completion,zsh} "${root:?}"/{tmp,boot}/*
	find "$root/usr/share/i18n" -mindepth 1 -delete 2>/dev/null || true
	: >"$root/etc/machine-id"
	rm -f "$root/etc/hostname" "$root/etc/resolv.conf" "$root/var/lib/dbus/machine-id" "$root"/etc/apt/sources.list.d/*
	echo "deb $DEBIAN_UPSTREAM $suite main" >"$root/etc/apt/sources.list"
}
