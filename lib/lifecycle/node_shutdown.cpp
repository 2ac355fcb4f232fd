// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/node_shutdown.hpp"

#include "node/processes.hpp"

#include <fmt/format.h>

namespace ingot::lifecycle {

namespace {

// systemd ends with 130 when it halts in a container, and with 0 when it exits. Only a container that ended
// with 0 is left alone by an engine that starts again, under the restart policy that kind gives its nodes.
constexpr const char* kEndContainers = R"(systemctl stop kubelet
for pid in $(first_processes); do
  name_of "$pid"
  case $name in
  pause | etcd | kube-apiserver | coredns) ;;
  kube-controller | kube-scheduler) kill -KILL "$pid" ;;
  *) kill -TERM "$pid" && left+=("$pid") ;;
  esac
done 2>/dev/null
mkdir -p /run/systemd/system
ln -sfn /lib/systemd/system/exit.target /run/systemd/system/halt.target
systemctl daemon-reload
wait_for_end "$1"
((${#left[@]} == 0)) || kill -KILL "${left[@]}" 2>/dev/null
exit 0
)";

// Asked to end, CoreDNS would go on for five seconds, for those who still ask it.
constexpr const char* kEndTheRest = R"(for pid in $(first_processes); do
  name_of "$pid"
  case $name in
  kube-apiserver | coredns) kill -KILL "$pid" ;;
  etcd) left+=("$pid") ;;
  esac
done 2>/dev/null
((${#left[@]} == 0)) || kill -TERM "${left[@]}" 2>/dev/null
wait_for_end 5000
exit 0
)";

std::vector<std::string> bash(const char* script, const std::string& argument) {
  return {"bash", "-c", std::string(node::kProcessFunctions) + script, "ingot-stop", argument};
}

}  // namespace

std::vector<std::string> end_containers(std::chrono::milliseconds grace) {
  return bash(kEndContainers, fmt::format("{}", grace.count()));
}

std::vector<std::string> end_the_rest() {
  return bash(kEndTheRest, "");
}

std::vector<std::string> start_kubelet() {
  return {"systemctl", "start", "kubelet"};
}

}  // namespace ingot::lifecycle
