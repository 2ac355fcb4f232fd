// SPDX-License-Identifier: Apache-2.0
// Files of a node that runs, exchanged for others: all are brought there first, then a script in the node
// puts them in their places and does what follows from it. It comes to its end whatever becomes of us; a node
// that dies in between is left with the marker.
#pragma once

#include "node/host.hpp"
#include "tar/tar.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::node {

// In a node while files are exchanged and what uses them is restarted: the paths of these files, one a line.
inline constexpr std::string_view kExchangeMarker = "/etc/kubernetes/.ingot-renewal";

struct Exchange {
  std::vector<tar::File> files;        // those that are there already keep their owner and mode
  std::string then;                    // for bash, with kProcessFunctions; fails by its exit code
  std::vector<std::string> arguments;  // of it, from $1 on
};

// What `then` wrote, and its exit code. One at a time in each node. Errors as Host.
[[nodiscard]] CommandResult exchange(Host& host, const std::string& node, Exchange exchange,
                                     const std::stop_token& stop);

// Whole seconds by the node's own clock, as `date +%s` wrote them.
[[nodiscard]] std::chrono::system_clock::time_point moment_in(std::string_view output);

// For a node: waits until nobody exchanges anything there any more.
[[nodiscard]] std::vector<std::string> settle_command();

}  // namespace ingot::node
