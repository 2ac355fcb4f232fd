// SPDX-License-Identifier: Apache-2.0
// How scripts in a node find the processes of its containers, without a client of the container runtime: not
// every image has one.
#pragma once

#include <string_view>

namespace ingot::node {

// Functions for bash, which must be the shell.
// The first process of each container is a child of its shim. It alone gets the signal, as from kubelet.
// Waiting starts no process: "read" from a pipe that nobody writes to sleeps.
inline constexpr std::string_view kProcessFunctions = R"(exec {never}<> <(:)
first_processes() {
  local shims
  shims=$(pgrep -d, -x containerd-shim) && pgrep -P "$shims"
}
name_of() {
  name=
  [[ -r /proc/$1/comm ]] && read -r name <"/proc/$1/comm"
}
# Until the processes in `left` have ended, at most $1 milliseconds.
wait_for_end() {
  local end=$((${EPOCHREALTIME//[.,]/} + $1 * 1000)) still pid
  while ((${#left[@]} && ${EPOCHREALTIME//[.,]/} < end)); do
    read -r -t 0.02 -u "$never" _
    still=()
    for pid in "${left[@]}"; do
      [[ ! -d /proc/$pid ]] || still+=("$pid")
    done
    left=("${still[@]}")
  done
}
left=()
)";

}  // namespace ingot::node
