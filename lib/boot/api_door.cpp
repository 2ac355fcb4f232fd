// SPDX-License-Identifier: Apache-2.0
#include "boot/api_door.hpp"

namespace ingot::boot {

namespace {

constexpr std::string_view kSocketUnit = R"([Unit]
Description=Keeps clients of the API server waiting until it listens
DefaultDependencies=no
Before=kubelet.service containerd.service
ConditionPathExists=/proc/sys/net/ipv4/tcp_migrate_req

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

// Waits without forking: a sleep is a read from a pipe that nobody writes to. A look costs some milliseconds
// of a processor (the kernel walks its tables of sockets); the server answers only some 300 ms after it
// listens, so a look every 100 ms loses nothing.
constexpr std::string_view kScript =
    R"(# Waits until a second socket listens on port 6443 (192B), then closes the first one. Listening sockets (state 0A)
# come first in the kernel's tables, whose first lines are titles.
exec {never}<> <(:)
while :; do
  listening=0
  for table in tcp tcp6; do
    while read -r _ local _ state _; do
      [[ $state == 0A || $state == st ]] || break
      [[ $local == *:192B ]] && ((++listening))
    done <"/proc/net/$table"
  done
  ((listening > 1)) && break
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
          {"/usr/local/lib/ingot-api-door", std::string(kScript)}};
}

std::pair<std::string_view, std::string_view> api_door_flag() {
  return {"permit-port-sharing", "true"};
}

}  // namespace ingot::boot
