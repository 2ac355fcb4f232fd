// SPDX-License-Identifier: Apache-2.0
// Objects of a cluster's API, as objects of the live API. What the API answers is not trusted: it may have
// any shape, and what comes out is valid, and bounded, all the same. Pure.
#pragma once

#include "live/object.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ingot::feed {

// A collection of the API, and what its objects are here.
struct KubeResource {
  live::Kind kind = live::Kind::pod;
  std::string_view path;  // "/api/v1/pods"
};
[[nodiscard]] std::span<const KubeResource> kube_resources();

// Whether an API answers. `failure`: why not; empty: it does.
[[nodiscard]] live::Object to_kube_api(const std::string& cluster, const std::string& failure);

// Nothing for what has no name.
[[nodiscard]] std::optional<live::Object> to_object(live::Kind kind, const std::string& cluster,
                                                    const nlohmann::json& object);
// "demo/kube-system/coredns-x", "demo/demo-worker"; empty for what has no name.
[[nodiscard]] std::string id_of(const std::string& cluster, const nlohmann::json& object);

// When an event happened last.
[[nodiscard]] live::Moment moment_of(const nlohmann::json& event);

}  // namespace ingot::feed
