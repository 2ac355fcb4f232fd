// SPDX-License-Identifier: Apache-2.0
#include "node/limits.hpp"

namespace ingot::node {

namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;
constexpr const char* kScriptPath = "/kind/ingot-limits.sh";

// cadvisor, in kubelet, takes MemTotal for the memory and the CPUs that are online for the processors. Pods
// have a /proc of their own. What is less than a whole processor is reserved.
constexpr const char* kScript = R"(#!/bin/sh
# By ingot: kubelet believes /proc and /sys, which speak of the machine. What this node's cgroup allows is laid
# over them. Runs before each start of kubelet.
cgroup=$ROOT/sys/fs/cgroup
meminfo=$ROOT/proc/meminfo
online=$ROOT/sys/devices/system/cpu/online
run=$ROOT/run/ingot
mkdir -p "$run"
# Lazily: somebody may be reading them.
umount -l "$meminfo" 2>/dev/null
umount -l "$online" 2>/dev/null
rm -rf "$run/kubelet.env" "$run/kubelet.conf.d"

# Version 2 of cgroups says "max" where there is no limit, version 1 a huge number, or -1.
bytes=$(cat "$cgroup/memory.max" "$cgroup/memory/memory.limit_in_bytes" 2>/dev/null | head -n 1)
total=$(sed -n 's/^MemTotal: *\([0-9]*\) kB.*/\1/p' "$meminfo")
case $bytes in
'' | *[!0-9]*) ;;
*)
  limit=$((bytes / 1024))
  if [ "${#bytes}" -lt 19 ] && [ "$limit" -lt "$total" ]; then
    while IFS= read -r line; do
      case $line in MemTotal:* | MemFree:* | MemAvailable:*)
        set -- $line
        [ "$2" -gt "$limit" ] && line=$(printf '%-15s %8d kB' "$1" "$limit") ;;
      esac
      printf '%s\n' "$line"
    done <"$meminfo" >"$run/meminfo"
    mount --bind "$run/meminfo" "$meminfo"
  fi
  ;;
esac

if [ -r "$cgroup/cpu.max" ]; then
  read -r quota period <"$cgroup/cpu.max"
else
  quota=$(cat "$cgroup/cpu/cpu.cfs_quota_us" 2>/dev/null)
  period=$(cat "$cgroup/cpu/cpu.cfs_period_us" 2>/dev/null)
fi
case $quota in '' | *[!0-9]*) exit 0 ;; esac
millis=$((quota * 1000 / period))
cores=$(((millis + 999) / 1000))
list=
count=0
for range in $(tr ',' ' ' <"$online"); do
  cpu=${range%-*}
  while [ "$cpu" -le "${range#*-}" ]; do
    count=$((count + 1))
    [ "$count" -le "$cores" ] && list=$list${list:+,}$cpu
    cpu=$((cpu + 1))
  done
done
[ "$millis" -lt $((count * 1000)) ] || exit 0
if [ "$cores" -lt "$count" ]; then
  echo "$list" >"$run/online"
  mount --bind "$run/online" "$online"
fi
rest=$((cores * 1000 - millis))
if [ "$rest" -gt 0 ]; then
  mkdir -p "$run/kubelet.conf.d"
  printf 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nsystemReserved:\n  cpu: %sm\n' "$rest" \
    >"$run/kubelet.conf.d/10-limits.conf"
  echo "KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml --config-dir=$run/kubelet.conf.d" >"$run/kubelet.env"
fi
exit 0
)";

// The variable is kubeadm's; files win over what a unit says itself.
constexpr const char* kDropIn =
    "# By ingot.\n"
    "[Service]\n"
    "ExecStartPre=-/bin/sh /kind/ingot-limits.sh\n"
    "EnvironmentFile=-/run/ingot/kubelet.env\n";

}  // namespace

docker::Limits to_docker(const config::Limits& limits) {
  return {.nano_cpus = limits.cpu_millis.value_or(0) * kNanosPerMilli,
          .memory_bytes = limits.memory_bytes.value_or(0),
          .pids = limits.pids.value_or(0)};
}

config::Limits from_docker(const docker::Limits& limits) {
  return {.cpu_millis = limits.nano_cpus / kNanosPerMilli,
          .memory_bytes = limits.memory_bytes,
          .pids = limits.pids};
}

std::string limit_script() {
  return kScript;
}

std::vector<tar::File> limit_files() {
  return {{kScriptPath, kScript, 0755},
          {"/etc/systemd/system/kubelet.service.d/30-ingot-limits.conf", kDropIn}};
}

}  // namespace ingot::node
