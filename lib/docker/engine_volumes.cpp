// SPDX-License-Identifier: Apache-2.0
#include "docker/engine.hpp"
#include "docker/engine_impl.hpp"
#include "docker/volume_json.hpp"

#include <fmt/format.h>

namespace ingot::docker {

std::vector<VolumeInfo> Engine::list_volumes(const std::vector<std::string>& labels,
                                             const std::stop_token& stop) {
  return parse_volume_list(
      impl_->api
          .require(
              {.doing = "list volumes", .path = "/volumes", .query = {{"filters", label_filter(labels)}}},
              stop)
          .body);
}

std::optional<VolumeInfo> Engine::inspect_volume(const std::string& name, const std::stop_token& stop) {
  const auto answer = impl_->api.look_up(
      {.doing = fmt::format("inspect volume '{}'", name), .path = item_path("/volumes", name, "")}, stop);
  return answer ? std::optional(parse_volume(answer->body)) : std::nullopt;
}

VolumeInfo Engine::create_volume(const std::string& name, const Labels& labels, const std::stop_token& stop) {
  return parse_volume(impl_->api
                          .require({.doing = fmt::format("create volume '{}'", name),
                                    .method = "POST",
                                    .path = "/volumes/create",
                                    .json = volume_creation(name, labels),
                                    .idle_limit = kSlowLimit},
                                   stop)
                          .body);
}

bool Engine::remove_volume(const std::string& name, const std::stop_token& stop) {
  return impl_->api
      .look_up({.doing = fmt::format("remove volume '{}'", name),
                .method = "DELETE",
                .path = item_path("/volumes", name, ""),
                .idle_limit = kSlowLimit},
               stop)
      .has_value();
}

}  // namespace ingot::docker
