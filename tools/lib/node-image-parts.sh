# shellcheck shell=bash
# The parts that node images are made of. To be sourced after say.sh, parts.sh and versions.sh; the
# caller sets SOURCE, the folder manifests/node-image, and then has:
#
#   describe_parts  works out KEY, the key of each part's inputs
#   make_parts      makes what is missing, without a container engine
#   result NAME     prints a part's folder
#   image_changes   what images.sh asks for

PARTS_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/ingot/node-image
# Other versions do not push out the parts of the usual one.
[ "$KUBERNETES" = "$DEFAULT_KUBERNETES" ] || PARTS_CACHE+=-$KUBERNETES
readonly IMAGE=ingot/node:$KUBERNETES_VERSION
BUILD=$SOURCE/build

# Every part's name, the seconds it takes with two processors, and the key of its inputs.
declare -A KEY SECONDS_OF
describe_parts() {
	local go
	go=$(go env GOVERSION)
	SECONDS_OF=([kubernetes]=290 [etcd]=25 [addons]=130 [small]=1 [debian]=75 [components]=8 [node]=2 [state]=20)
	KEY[kubernetes]=$(part_key "$go" "$KUBERNETES_VERSION" -- "$SOURCE/kubernetes" "$BUILD/programs")
	KEY[etcd]=$(part_key "$go" -- "$SOURCE/etcd" "$BUILD/programs")
	KEY[addons]=$(part_key "$go" "$FLANNEL_VERSION" "$LOCAL_PATH_PROVISIONER_VERSION" -- "$SOURCE/addons" "$BUILD/programs")
	KEY[small]=$(part_key "$PAUSE_VERSION" -- "$SOURCE"/component/*.c "$BUILD/programs")
	KEY[debian]=$(part_key "$DEBIAN_SUITE" "$CONTAINERD_SUITE" -- "$BUILD/debian" "$TOOLS/lib/debian-root.sh")
	KEY[components]=$(part_key "${KEY[kubernetes]}" "${KEY[etcd]}" "${KEY[addons]}" "${KEY[small]}" "${KEY[debian]}" \
		-- "$SOURCE/component" "$BUILD/component-images" "$SOURCE/versions.sh")
	KEY[node]=$(part_key "${KEY[kubernetes]}" "${KEY[small]}" -- "$SOURCE/files" "$BUILD/node-tree" "$SOURCE/versions.sh")
	KEY[state]=$(part_key "${KEY[components]}" "${KEY[node]}" -- "$BUILD/container-state")
}

result() { part_result "$1" "${KEY[$1]}"; }

# make_part NAME COMMAND...
make_part() {
	local name=$1
	shift
	part "$name" "${KEY[$name]}" "${SECONDS_OF[$name]}" "$@"
}

# The commands behind the parts; each gets the folder for its result last.
make_debian() { as_root env "DEBIAN_LOG=$PARTS_CACHE/log/debian-packages.log" "$BUILD/debian" "$1"; }
make_components() {
	as_root "$BUILD/component-images" "$(result debian)" "$(result kubernetes)/kubernetes" "$(result etcd)/etcd" \
		"$(result addons)"/* "$(result small)"/* "$1"
}
make_node() {
	as_root "$BUILD/node-tree" "$(result kubernetes)" "$(result small)/iptables" "$1"
}
make_state() {
	as_root "$BUILD/container-state" "$(result components)" "$1" "$(result node)/root" "$(result debian)/root"
}

# announce: what there is to do, and how long that takes. The longest lane counts: Debian's part
# waits for the network while the compiler works.
announce() {
	local name left=15 todo=0
	for name in "${!KEY[@]}"; do
		part_ready "$name" "${KEY[$name]}" && continue
		todo=$((todo + 1))
		[ "$name" = debian ] || left=$((left + $(part_estimate "${SECONDS_OF[$name]}")))
	done
	say "building $IMAGE from packages: $todo of ${#KEY[@]} parts to make, up to $(part_time "$left") with $(nproc) processors"
}

make_parts() {
	local lane
	make_part debian make_debian &
	lane=$!
	make_part small "$BUILD/programs" small
	make_part kubernetes "$BUILD/programs" kubernetes
	make_part etcd "$BUILD/programs" etcd
	make_part addons "$BUILD/programs" addons
	wait "$lane"
	make_part node make_node
	make_part components make_components
	make_part state make_state
}

# image_changes LABEL KEY: see images.sh.
image_changes() { "$BUILD/changes" "$KUBERNETES_VERSION" "$1" "$2"; }
