// SPDX-License-Identifier: Apache-2.0
#include "snapshot/etcd_identity.hpp"

#include <fmt/format.h>

namespace ingot::snapshot {

namespace {

// The program is in the node's image, or where its containerd keeps etcd's. Whoever asks it does so without
// TLS, and members prove nothing to one another: within one machine, a connection comes from the address that
// it goes to, which no certificate would fit. Nobody else can reach them.
constexpr const char* kFunctions = R"sh(set -eu
export LC_ALL=C
mkdir -p /ingot/work
fail() { { echo "$1"; cat /ingot/work/*.log | tail -n 20; } >&2; exit 1; }
flag() { sed -n "s/^ *- --$2=//p" "$1/etc/kubernetes/manifests/etcd.yaml"; }
host() { flag "$1" initial-advertise-peer-urls | sed 's,^https://,,; s,:[0-9]*$,,'; }
own_address() {
  address=$(host "$1" | tr -d '[]')
  [ -n "$address" ] || fail "the manifest of etcd names no address"
  case $address in *:*) ip address add "$address/128" dev lo nodad ;; *) ip address add "$address/32" dev lo ;; esac
}
ask() {
  curl --silent --show-error --fail --max-time 10 --data "$3" "http://$(host "$1"):2379/v3/$2" 2>&1 ||
    fail "etcd refused $2"
}
start() {
  root=$1 data=$2; shift 2
  folders="$folders $data"
  "$etcd" --data-dir "$data" --name "$(flag "$root" name)" \
    --listen-peer-urls "$(flag "$root" initial-advertise-peer-urls)" \
    --initial-advertise-peer-urls "$(flag "$root" initial-advertise-peer-urls)" \
    --listen-client-urls "http://$(host "$root"):2379" \
    --advertise-client-urls "$(flag "$root" advertise-client-urls)" \
    --peer-auto-tls --strict-reconfig-check=false --heartbeat-interval=20 --election-timeout=100 \
    --log-level=warn "$@" >"/ingot/work/$(flag "$root" name).log" 2>&1 &
  pids="$pids $!"
}
# Asks again and again, as long as the etcd that was started last runs.
until_etcd() {
  until "$@" >/dev/null 2>&1; do
    kill -0 $! 2>/dev/null || fail "etcd ended"
    sleep 0.02
  done
}
is_healthy() { curl --silent --max-time 1 "http://$(host "$1"):2379/health" | grep -q '"true"'; }
# Only when it has everything that the others have.
promote() {
  curl --silent --fail --max-time 10 --data "{\"ID\":\"$2\"}" "http://$(host "$1"):2379/v3/cluster/member/promote"
}
find_etcd() {
  for etcd in /kind/store/components/usr/local/bin/etcd \
    "$1"/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/*/fs/usr/local/bin/etcd; do
    [ ! -x "$etcd" ] || return 0
  done
  fail "the node image has no etcd"
}
# One that counts before it runs would leave the others without a majority, and itself waiting for them.
join() {
  url=$(flag "$2" initial-advertise-peer-urls)
  id=$(ask "$1" cluster/member/add "{\"peerURLs\":[\"$url\"],\"isLearner\":true}" |
    sed -n 's/.*"member":{"ID":"\([0-9]*\)".*/\1/p')
  members="$members,$(flag "$2" name)=$url"
  rm -rf "$3/member"
  start "$2" "$3" --initial-cluster "$members" --initial-cluster-state existing
  until_etcd promote "$1" "$id"
}
pids= folders=
ip link set lo up
sysctl -q -w net.ipv6.conf.lo.disable_ipv6=0 2>/dev/null || true
)sh";

constexpr const char* kFirst = R"sh(
find_etcd "$(dirname "$data")"
start "$first" "$data" --force-new-cluster
until_etcd is_healthy "$first"
url=$(flag "$first" initial-advertise-peer-urls)
id=$(ask "$first" cluster/member/list '{}' | sed -n 's/.*"ID":"\([0-9]*\)".*/\1/p')
ask "$first" cluster/member/update "{\"ID\":\"$id\",\"peerURLs\":[\"$url\"]}" >/dev/null
members="$(flag "$first" name)=$url"
base64() { printf '%s' "$1" | command base64 -w 0; }
ask "$first" kv/deleterange \
  "{\"key\":\"$(base64 /registry/masterleases/)\",\"range_end\":\"$(base64 /registry/masterleases0)\"}" >/dev/null
)sh";

constexpr const char* kEnd = R"sh(
# One after the other: whoever leads hands over to one that is still there.
for pid in $pids; do
  kill -TERM "$pid"
  wait "$pid" || [ $? -eq 143 ] || fail "etcd did not end well"
done
for folder in $folders; do rm -rf "$folder/fixtures"; done
)sh";

}  // namespace

std::string etcd_script(const std::vector<EtcdFiles>& control_planes) {
  std::string script = kFunctions;
  for (const auto& one : control_planes) {
    script += fmt::format("own_address {}\n", one.root);
  }
  script += fmt::format("first={} data={}", control_planes.front().root, control_planes.front().data);
  script += kFirst;
  for (std::size_t i = 1; i < control_planes.size(); ++i) {
    script += fmt::format("join \"$first\" {} {}\n", control_planes[i].root, control_planes[i].data);
  }
  return script + kEnd;
}

}  // namespace ingot::snapshot
