# shellcheck shell=bash
# Trees of files put together as an image. To be sourced after say.sh; the caller has PARTS_CACHE, the folder in which
# the trees lie, and image_changes LABEL KEY, which prints what the image has besides its files: an instruction of a
# Dockerfile a line, LABEL and dev.ingot.build=KEY among them.

IMAGE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/image-root

# load_image NAME LABEL KEY FINISH ROOT...: puts trees together as an image in the engine.
load_image() {
	local name=$1 old instruction changes=()
	while read -r instruction; do changes+=(--change "$instruction"); done < <(image_changes "$2" "$3")
	old=$(docker image inspect --format '{{.Id}}' "$name" 2>/dev/null || true)
	as_root "$IMAGE_ROOT" "$PARTS_CACHE" "${@:4}" | docker import "${changes[@]}" - "$name" >/dev/null || {
		docker image rm "$name" >/dev/null 2>&1 # of half the files
		return 1
	}
	# Without its name it would only take space; containers that run from it keep it.
	[ -z "$old" ] || docker image rm "$old" >/dev/null 2>&1 || true
}

# write_image FOLDER LABEL KEY FINISH ROOT...: the same as files, for who loads them: the instructions
# that it takes, and its root file system as a tar.
write_image() {
	local folder=$1
	mkdir -p "$folder"
	image_changes "$2" "$3" >"$folder/changes"
	as_root "$IMAGE_ROOT" "$PARTS_CACHE" "${@:4}" >"$folder/root.tar"
}

# image_is_loaded NAME KEY: whether the engine has the image, made of these inputs.
image_is_loaded() {
	[ "$(docker image inspect --format '{{index .Config.Labels "dev.ingot.build"}}' "$1" 2>/dev/null)" = "$2" ]
}
