// SPDX-License-Identifier: Apache-2.0
#include "docker/engine.hpp"

#include "docker/container_json.hpp"
#include "docker/engine_impl.hpp"
#include "docker/json_indent.hpp"
#include "docker/json_value.hpp"
#include "docker/system_json.hpp"

#include <fmt/format.h>

namespace ingot::docker {

Engine::Engine(const EngineAddress& address) : impl_(std::make_unique<Impl>(address)) {}

Engine::~Engine() = default;

EngineInfo Engine::info(const std::stop_token& stop) {
  const auto answer = impl_->api.require({.doing = "describe itself", .path = "/info"}, stop);
  EngineInfo info = parse_engine_info(answer.body);
  info.api_version = impl_->api.version(stop);
  return info;
}

std::string Engine::info_text(const std::stop_token& stop) {
  const auto answer = impl_->api.require({.doing = "describe itself", .path = "/info"}, stop);
  const JsonDocument checked(answer.body, "what it says of itself");
  return indent(answer.body) + "\n";
}

UsageSample Engine::usage(const std::string& id, const std::stop_token& stop) {
  const ApiCall call{.doing = fmt::format("measure container '{}'", shown(id)),
                     .path = item_path("/containers", id, "/stats"),
                     // One sample, and not the two a second apart that the engine takes by default.
                     .query = {{"stream", "0"}, {"one-shot", "1"}}};
  return parse_usage(impl_->api.require(call, stop).body);
}

}  // namespace ingot::docker
