// SPDX-License-Identifier: Apache-2.0
#include "boot/api_door.hpp"

namespace ingot::boot {

namespace {

constexpr std::string_view kSocketUnit = R"([Unit]
Description=Keeps clients of the API server waiting until it listens
DefaultDependencies=no
Before=kubelet.service containerd.service
ConditionPathExists=/proc/sys/net/ipv4/tcp_migrate_req
# At the first boot, or when the static pods run.
ConditionPathExists=|!/var/lib/kubelet/pods
ConditionPathExists=|/run/ingot-api-door

[Socket]
ListenStream=6443
ReusePort=yes
Backlog=4096
ExecStartPre=/bin/sh -c "echo 1 >/proc/sys/net/ipv4/tcp_migrate_req"
)";

constexpr std::string_view kServiceUnit = R"([Unit]
Description=Opens the API server's door as soon as it listens
DefaultDependencies=no

[Service]
Type=simple
ExecStart=/bin/bash /usr/local/lib/ingot-api-door
)";

// From the second boot on kubelet finds volumes of the boot before, and asks the API server about them before
// it mounts any: at a door that takes no connection it would wait for ten seconds, three times, and start
// nothing meanwhile. Refused, it goes on.
constexpr std::string_view kLaterServiceUnit = R"([Unit]
Description=Keeps clients of the API server waiting once kubelet has started it
DefaultDependencies=no
ConditionPathExists=/var/lib/kubelet/pods

[Service]
Type=simple
ExecStart=/bin/bash /usr/local/lib/ingot-api-door-later
)";

constexpr std::string_view kLaterScript =
    R"(# Waits until every static pod has a sandbox, then keeps clients waiting for the API server.
exec {never}<> <(:)
shopt -s nullglob
manifests=(/etc/kubernetes/manifests/*)
until sandboxes=(/run/containerd/io.containerd.runtime.v2.task/k8s.io/*) &&
  ((${#sandboxes[@]} >= ${#manifests[@]})); do
  read -r -t 0.02 -u "$never" _
done
: >/run/ingot-api-door
exec systemctl start ingot-api-door.socket
)";

// Waits without forking: a sleep is a read from a pipe that nobody writes to. A look makes the kernel walk
// its tables of sockets, which costs milliseconds of a processor; the server answers only some 300 ms after
// it listens, so a look every 100 ms loses nothing.
constexpr std::string_view kScript =
    R"(# Waits until a second socket listens on port 6443 (192B), then closes the first one. Both are in the same one of the
# kernel's tables, where listening sockets (state 0A) come first.
exec {never}<> <(:)
listening() {
  local table line lines count=0
  for table in tcp6 tcp; do
    mapfile -t -n 40 lines <"/proc/net/$table"
    for line in "${lines[@]}"; do
      [[ $line =~ :192B\ [0-9A-F]+:0000\ 0A ]] && ((++count))
    done
    ((count)) && break
  done
  ((count > 1))
}
until listening; do
  read -r -t 0.1 -u "$never" _
done
exec systemctl stop ingot-api-door.socket
)";

}  // namespace

std::vector<tar::File> api_door_files() {
  return {{"/etc/systemd/system/ingot-api-door.socket", std::string(kSocketUnit)},
          {"/etc/systemd/system/ingot-api-door.service", std::string(kServiceUnit)},
          {"/etc/systemd/system/kubelet.service.wants/ingot-api-door.socket", "", 0777,
           "/etc/systemd/system/ingot-api-door.socket"},
          {"/usr/local/lib/ingot-api-door", std::string(kScript)},
          {"/etc/systemd/system/ingot-api-door-later.service", std::string(kLaterServiceUnit)},
          {"/etc/systemd/system/kubelet.service.wants/ingot-api-door-later.service", "", 0777,
           "/etc/systemd/system/ingot-api-door-later.service"},
          {"/usr/local/lib/ingot-api-door-later", std::string(kLaterScript)}};
}

std::pair<std::string_view, std::string_view> api_door_flag() {
  return {"permit-port-sharing", "true"};
}

}  // namespace ingot::boot
