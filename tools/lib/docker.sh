# shellcheck shell=bash
# Docker: finding out whether an engine answers and is good enough, and starting one of our own.
# To be sourced after say.sh and debian.sh.

readonly ENGINE_STATE=/var/lib/ingot-engine
readonly ENGINE_SOCKET=/var/run/docker.sock
readonly ENGINE_PROBE=ingot/probe:1

# engine_endpoint: where the engine is expected, in the form DOCKER_HOST has.
engine_endpoint() { printf '%s\n' "${DOCKER_HOST:-unix://$ENGINE_SOCKET}"; }

# engine_answers: whether an engine answers there.
engine_answers() {
	if command -v docker >/dev/null; then
		timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1
	else
		[ -z "${DOCKER_HOST:-}" ] && command -v curl >/dev/null &&
			curl -fs -m 10 --unix-socket "$ENGINE_SOCKET" http://localhost/_ping >/dev/null
	fi
}

# engine_probe_image: a root file system of one program and its libraries, so that no registry
# is needed to find out what the engine can do.
engine_probe_image() {
	local files
	mapfile -t files < <(ldd /bin/true | grep -o '/[^ ]*')
	tar -C / -ch /bin/true "${files[@]}" 2>/dev/null |
		docker import --change 'CMD ["/bin/true"]' - "$ENGINE_PROBE" >/dev/null
}

# engine_runs_privileged: whether the engine can run a privileged container.
engine_runs_privileged() {
	docker image inspect "$ENGINE_PROBE" >/dev/null 2>&1 || engine_probe_image || return 1
	timeout 60 docker run --rm --privileged --network none "$ENGINE_PROBE" >/dev/null 2>&1
}

# engine_mount_cgroups: gives the engine the control groups it needs where nothing mounted them.
engine_mount_cgroups() {
	grep -qE ' cgroup2? ' /proc/mounts && return 0
	step "mounting control groups (cgroup v2) on /sys/fs/cgroup"
	as_root mount -t cgroup2 cgroup2 /sys/fs/cgroup
}

# engine_pid: the process id of the engine that we started, if it still runs.
engine_pid() {
	local pid
	pid=$(cat "$ENGINE_STATE/dockerd.pid" 2>/dev/null) || return 1
	[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] && printf '%s\n' "$pid"
}

# engine_start: starts dockerd in a session of its own, so that it outlives this shell, and waits
# until it answers.
engine_start() {
	local deadline=$((SECONDS + 90))
	as_root mkdir -p "$ENGINE_STATE"
	if ! engine_pid >/dev/null; then
		as_root rm -f "$ENGINE_STATE/dockerd.pid"
		step "starting dockerd (log: $ENGINE_STATE/dockerd.log)"
		# shellcheck disable=SC2016 # the inner shell expands these
		as_root setsid --fork bash -c 'exec dockerd --host "unix://$1" --pidfile "$2/dockerd.pid" \
			</dev/null >>"$2/dockerd.log" 2>&1' dockerd "$ENGINE_SOCKET" "$ENGINE_STATE"
	fi
	until engine_answers; do
		if ((SECONDS > deadline)); then
			as_root tail -n 15 "$ENGINE_STATE/dockerd.log" >&2
			die "dockerd did not answer on $ENGINE_SOCKET within 90 s"
		fi
		sleep 0.1
	done
}
