// SPDX-License-Identifier: Apache-2.0
// What runs in nodes. It comes to its end whatever becomes of us: a node is left with a key and another one's
// certificate only if it dies in between, and the marker of node::exchange() tells the next run.
#include "certs/renewing.hpp"

#include <fmt/format.h>

namespace ingot::certs {

namespace {

// Whether the server at $1 shows the certificate in the file $2.
constexpr const char* kIsServed = R"sh(sum() { openssl x509 -noout -fingerprint -sha256 2>/dev/null; }
is_served() {
  served=$(timeout 2 openssl s_client -connect "$1" </dev/null 2>/dev/null | sum)
  wanted=$(sum <"$2")
  [[ -n $served && $served == "$wanted" ]]
}
)sh";

// The exit code tells whether the API server takes what is new by itself.
constexpr const char* kIsTaken = R"sh(runs() {
  for pid in $(first_processes); do
    name_of "$pid" 2>/dev/null
    [[ $name != "$1" ]] || return 0
  done
  return 1
}
takes_them() {
  local end=$((SECONDS + 10))
  until is_served localhost:6443 /etc/kubernetes/pki/apiserver.crt; do
    ((SECONDS < end)) && runs kube-apiserver || return 1
    read -r -t 0.1 -u "$never" _
  done
}
end_all() {
  left=()
  for pid in $(first_processes); do
    name_of "$pid"
    [[ " $* " != *" $name "* ]] || { kill -TERM "$pid" && left+=("$pid"); }
  done 2>/dev/null
  wait_for_end 1000
  ((${#left[@]} == 0)) || kill -KILL "${left[@]}" 2>/dev/null
}
)sh";

// etcd reads its files at every handshake, API servers since 1.25 when they change: both go on, and nobody
// loses a connection. What they are clients with is read anew, too. Controllers and kubelet read theirs once.
// All of them end before kubelet begins, which starts at once what it did not start before.
constexpr const char* kRestart = R"sh(control_plane=$1
ending=(kube-controller kube-scheduler)
((!control_plane)) || takes_them || ending+=(kube-apiserver)
systemctl stop kubelet
((!control_plane)) || end_all "${ending[@]}"
date +%s
systemctl start kubelet)sh";

// kubelet starts it again at once.
constexpr const char* kServe = "takes_them || end_all kube-apiserver";

// Of each server: where, and the file that it is to serve, or "health".
constexpr const char* kWatch = R"sh(exec {never}<> <(:)
limit=$1
shift
is_well() { [[ $(curl -sk -m 2 "https://$1/healthz") == ok ]]; }
look() {
  if [[ $2 == health ]]; then is_well "$1"; else is_served "$1" "$2"; fi
}
while (($# > 1)); do
  until look "$1" "$2"; do
    if ((SECONDS >= limit)); then
      echo "$1: waiting for $2"
      exit 1
    fi
    read -r -t 0.1 -u "$never" _
  done
  shift 2
done
)sh";

// "172.18.0.2:2380" of "--listen-peer-urls=https://172.18.0.2:2380"; empty: there is none.
std::string peer_address(const std::string& etcd) {
  constexpr std::string_view kFlag = "--listen-peer-urls=https://";
  const auto at = etcd.find(kFlag);
  if (at == std::string::npos) {
    return {};
  }
  const auto begin = at + kFlag.size();
  return etcd.substr(begin, etcd.find_first_of(", \n\"", begin) - begin);
}

}  // namespace

std::string restart_script() {
  return std::string(kIsServed) + kIsTaken + kRestart;
}

std::string serve_script() {
  return std::string(kIsServed) + kIsTaken + kServe;
}

std::vector<std::string> watch_command(const NodeFiles& node, std::chrono::seconds limit) {
  std::vector<std::string> command = {"bash", "-c", std::string(kIsServed) + kWatch, "ingot-watch",
                                      fmt::format("{}", limit.count())};
  const auto add = [&](std::string server, std::string file) {
    command.push_back(std::move(server));
    command.push_back(std::move(file));
  };
  const std::string manifests = "/etc/kubernetes/manifests/";
  const std::string pki = "/etc/kubernetes/pki/";
  const auto etcd = node.text_of(manifests + "etcd.yaml");
  if (node.is_control_plane() && !etcd.empty()) {
    add("localhost:2379", pki + "etcd/server.crt");
    if (auto peer = peer_address(etcd); !peer.empty()) {
      add(std::move(peer), pki + "etcd/peer.crt");
    }
  }
  if (node.is_control_plane()) {
    add("localhost:6443", pki + "apiserver.crt");
  }
  for (const auto& [file, port] :
       {std::pair("kube-controller-manager.yaml", "10257"), std::pair("kube-scheduler.yaml", "10259")}) {
    if (node.is_control_plane() && node.files.contains(manifests + file)) {
      add(fmt::format("localhost:{}", port), "health");
    }
  }
  const std::string rotated = "/var/lib/kubelet/pki/kubelet-server-current.pem";
  const bool is_rotated = node.files.contains(rotated);
  add("localhost:10250", is_rotated ? rotated : "/var/lib/kubelet/pki/kubelet.crt");
  return command;
}

}  // namespace ingot::certs
