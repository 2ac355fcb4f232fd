# shellcheck shell=sh
# What every machine in a container needs before systemd: parts of the entrypoint, which sources this.

say() { echo "INFO: $*"; }

# A clone of this image must not share its identity; a node that is restarted keeps its own.
make_machine_id() {
	[ ! -s /etc/machine-id ] || return 0
	read -r uuid </proc/sys/kernel/random/uuid
	old_ifs=$IFS
	IFS=-
	# shellcheck disable=SC2086 # the five groups of the UUID, without their hyphens
	set -- $uuid
	IFS=$old_ifs
	echo "$1$2$3$4$5" >/etc/machine-id
}

# systemd takes a writable /sys as a sign that it runs on hardware, and starts udev. Mounts made
# by pods must reach the node, so its root has to be shared.
prepare_mounts() {
	mount -o remount,ro /sys || say "could not make /sys read-only"
	mount --make-rshared /
}

# kind's tools wait for one of these two lines.
report_cgroups() {
	if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
		say "detected cgroup v2"
	else
		say "detected cgroup v1"
	fi
}

# Services get the proxy variables of the container.
pass_proxies() {
	[ -n "${HTTP_PROXY-}${HTTPS_PROXY-}${NO_PROXY-}${http_proxy-}${https_proxy-}${no_proxy-}" ] || return 0
	mkdir -p /etc/systemd/system.conf.d
	{
		printf '[Manager]\nDefaultEnvironment='
		for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
			eval "value=\${$name-}"
			# shellcheck disable=SC2154 # set by eval
			[ -z "$value" ] || printf '"%s=%s" ' "$name" "$value"
		done
		echo
	} >/etc/systemd/system.conf.d/proxy-default-environment.conf
}
