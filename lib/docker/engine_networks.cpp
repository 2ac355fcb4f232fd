// SPDX-License-Identifier: Apache-2.0
#include "docker/engine.hpp"
#include "docker/engine_impl.hpp"
#include "docker/json_value.hpp"
#include "docker/network_json.hpp"

#include <fmt/format.h>

namespace ingot::docker {

std::vector<NetworkInfo> Engine::list_networks(const std::stop_token& stop) {
  return parse_network_list(impl_->api.require({.doing = "list networks", .path = "/networks"}, stop).body);
}

std::optional<NetworkInfo> Engine::inspect_network(const std::string& id_or_name,
                                                   const std::stop_token& stop) {
  const auto answer = impl_->api.look_up({.doing = fmt::format("inspect network '{}'", shown(id_or_name)),
                                          .path = item_path("/networks", id_or_name, "")},
                                         stop);
  return answer ? std::optional(parse_network(answer->body)) : std::nullopt;
}

std::string Engine::create_network(const NetworkSpec& spec, const std::stop_token& stop) {
  const auto answer = impl_->api.require({.doing = fmt::format("create network '{}'", spec.name),
                                          .method = "POST",
                                          .path = "/networks/create",
                                          .json = to_json(spec),
                                          .idle_limit = kSlowLimit},
                                         stop);
  const JsonDocument document(answer.body, "a created network");
  return document.root().at("Id").as_text();
}

bool Engine::remove_network(const std::string& id_or_name, const std::stop_token& stop) {
  return impl_->api
      .look_up({.doing = fmt::format("remove network '{}'", shown(id_or_name)),
                .method = "DELETE",
                .path = item_path("/networks", id_or_name, ""),
                .idle_limit = kSlowLimit},
               stop)
      .has_value();
}

}  // namespace ingot::docker
