// SPDX-License-Identifier: Apache-2.0
#include "snapshot/areas.hpp"

#include <fmt/format.h>

namespace ingot::snapshot {

namespace {

// A file that was changed in the very tick in which it was listed looks unchanged later: what is younger than
// two seconds before the first list is read again. etcd's files change all the time, and are zeros for the
// most part (64 MB of log from the beginning, and the next log as a *.tmp, which it makes anew): they are
// copied in the pause alone, as files with holes, which tar finds only where the file system knows them. An
// engine that reads or writes files of a node (moby, pkg/chrootarchive) makes a folder ".pivot_root*" there
// meanwhile, also while the node is paused.
constexpr const char* kCopy = R"sh(set -eu
export LC_ALL=C
work=/ingot/work out=/ingot/snapshot
since=$(($(date +%s) - 2))
look() {
  folder=$1; shift
  find "$folder" -mindepth 1 \( -type s -o -path "$folder/lib/etcd/member/wal/*.tmp" -o \
    -path "$folder/.pivot_root*" \) -prune -o "$@" \
    -printf '%y\t%s\t%T@\t%m\t%U\t%G\t%C@\t%i\t%P\0' | sort -z
}
as_image() { cut -z -f1-6,9- "$1" | sort -z; }
kind_and_path() { cut -z -f1,9- "$1"; }
pack() {
  folder=$1 names=$2 file=$3; shift 3
  tar --create --file="$file" --no-recursion --numeric-owner --sparse --xattrs \
    --xattrs-include='*' --xattrs-exclude=security.selinux "$@" --directory="$folder" --null --files-from="$names"
}
in_image() {
  mkdir -p "$work/image/$1"
  mount -t overlay -o "lowerdir=$2" overlay "$work/image/$1"
  look "$work/image/$1/var" -true >"$work/image$1"
}
before() {
  from=/ingot/nodes/$1 at=$work/$1
  mkdir -p "$at" "$out/$1"
  look "$from" -true >"$at/first"
  as_image "$2" >"$at/image"
  as_image "$at/first" | comm -z -13 "$at/image" - | cut -z -f7- | without_etcd >"$at/names"
  # 1: a file changed while it was read
  pack "$from" "$at/names" "$out/$1/base.tar" --ignore-failed-read || [ $? -eq 1 ]
}
after() {
  from=/ingot/nodes/$1 at=$work/$1
  look "$from" -true >"$at/second"
  look "$from" -newerct "@$since" >"$at/young"
  comm -z -13 "$at/first" "$at/second" | sort -z -u - "$at/young" | cut -z -f9- | without_etcd >"$at/changed"
  mkdir -p "$work/etcd/$1"
  if [ -d "$from/lib/etcd/member" ]; then
    (cd "$from" && find lib/etcd/member -type f ! -name '*.tmp' -print0 |
      xargs -0r cp --parents --preserve=all --sparse=always --target-directory="$work/etcd/$1")
  fi
  pack "$from" "$at/changed" "$out/$1/changes.tar"
}
without_etcd() { sed -z '/^lib\/etcd\/member\//d'; }
gone() {
  at=$work/$1
  if [ -d "$work/etcd/$1/lib" ]; then
    tar --append --file="$out/$1/changes.tar" --numeric-owner --sparse --xattrs --directory="$work/etcd/$1" \
      lib/etcd/member
  fi
  kind_and_path "$at/second" | sort -z >"$at/stays"
  { kind_and_path "$2"; kind_and_path "$at/first"; } | sort -z -u | comm -z -23 - "$at/stays" |
    cut -z -f2- >"$out/$1/removed"
}
mkdir -p "$work/none"
: >"$work/imagenone"
)sh";

constexpr const char* kSeal = R"sh(cd "$out"
printf 'version %s\n' "$(cat /kind/version)"
find . -type f -printf '%P\n' | sort | while read -r path; do
  printf 'part %s %s %s\n' "$(stat -c %s "$path")" "$(sha256sum <"$path" | cut -d' ' -f1)" "$path"
done
echo done
)sh";

constexpr const char* kUnpack = R"sh(
unpack() {
  to=/ingot/nodes/$1
  for file in base changes; do
    tar --extract --file="$1/$file.tar" --directory="$to" --numeric-owner --same-owner --same-permissions \
      --xattrs --xattrs-include='*'
    if [ "$file" = base ]; then
      ( from=$PWD && cd "$to" && sed -z 's,^,./,' "$from/$1/removed" | xargs -0r rm -rf )
    fi
  done
}
)sh";

// Of overlayfs, the topmost first; it wants two at least.
std::string lower_folders(std::size_t image, std::size_t layers) {
  std::string folders;
  for (std::size_t i = layers; i > 0; --i) {
    folders += fmt::format("{}/{}/{}:", kImagesFolder, image, i - 1);
  }
  return folders + "$work/none";
}

std::string image_list(const Area& area, const Images& images) {
  return area.is_volume ? fmt::format("\"$work/image{}\"", images.image_of[area.node])
                        : std::string("\"$work/imagenone\"");
}

}  // namespace

std::vector<Area> areas_of(const std::vector<SavedNode>& nodes) {
  std::vector<Area> areas;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    areas.push_back({.node = i, .path = fmt::format("{}/upper", i)});
    if (nodes[i].has_volume) {
      areas.push_back({.node = i, .is_volume = true, .path = fmt::format("{}/var", i)});
    }
  }
  return areas;
}

std::string copy_script(const std::vector<Area>& areas, const Images& images) {
  std::string script = kCopy;
  for (std::size_t i = 0; i < images.layer_counts.size(); ++i) {
    script += fmt::format("in_image {} \"{}\"\n", i, lower_folders(i, images.layer_counts[i]));
  }
  for (const auto& area : areas) {
    script += fmt::format("before {} {}\n", area.path, image_list(area, images));
  }
  script += "echo ready\nread -r _\n";
  std::string waiting;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    script += fmt::format("after {} & p{}=$!\n", areas[i].path, i);
    waiting += fmt::format("wait $p{}\n", i);
  }
  script += waiting + "echo copied\n";
  for (const auto& area : areas) {
    script += fmt::format("gone {} {}\n", area.path, image_list(area, images));
  }
  return script + kSeal;
}

std::string unpack_script(const std::vector<Part>& parts, const std::vector<Area>& areas) {
  std::string sums;
  for (const auto& part : parts) {
    sums += fmt::format("{}  {}\n", part.sha256, part.path);
  }
  std::string script = fmt::format(
      "set -eu\nexport LC_ALL=C\ncd {}\nsha256sum --check --quiet --strict - 2>&1 <<'END' || exit "
      "{}\n{}END\n",
      kSnapshotFolder, kDamaged, sums);
  script += kUnpack;
  std::string waiting;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    script += fmt::format("unpack {} & p{}=$!\n", areas[i].path, i);
    waiting += fmt::format("wait $p{}\n", i);
  }
  return script + waiting;
}

std::string forget_script(const std::vector<Area>& areas) {
  std::string script;
  for (const auto& area : areas) {
    const auto folder = fmt::format("{}/{}", kNodesFolder, area.path);
    if (area.is_volume) {
      script += fmt::format("cd {}/lib/kubelet && rm -rf pods checkpoints *_state\n", folder);
      continue;
    }
    script += fmt::format("cd {} && rm -f kind/ingot/devices.json etc/ld.so.conf.d/00-ingot-devices.conf\n",
                          folder);
    for (const auto* name : {"kube-controller-manager.yaml", "kube-scheduler.yaml"}) {
      const auto manifest = fmt::format("{}/etc/kubernetes/manifests/{}", folder, name);
      script += fmt::format("if [ -e {0} ]; then mkdir -p {1}/kind/held; mv {0} {1}/kind/held/; fi\n",
                            manifest, folder);
    }
  }
  return script;
}

}  // namespace ingot::snapshot
