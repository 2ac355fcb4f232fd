// SPDX-License-Identifier: Apache-2.0
// What the server answers to plain HTTP. Pure.
#pragma once

#include "live/messages.hpp"
#include "live/world.hpp"
#include "serve/metrics.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::serve {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
};
// "/state?kind=node" taken apart.
[[nodiscard]] Target parse_target(std::string_view target);
// The first of that name; empty: none.
[[nodiscard]] std::string_view query_of(const Target& target, std::string_view name);

struct Answer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};  // besides
};

// The console, "/state" (with kind=, cluster= and label=KEY=VALUE, each as often as wanted),
// "/asyncapi.json", "/commands.json"
// where there is a list, "/healthz", "/metrics"; 404 for anything else, 405 for anything but reading.
[[nodiscard]] Answer answer(std::string_view method, const Target& target, const live::World& world,
                            const live::ServerInfo& server, const Metrics& metrics,
                            std::string_view command_list = {});

[[nodiscard]] Answer refusal(int status, std::string_view message, std::string_view remedy);

}  // namespace ingot::serve
