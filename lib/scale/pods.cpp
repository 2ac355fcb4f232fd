// SPDX-License-Identifier: Apache-2.0
#include "scale/pods.hpp"

#include "cluster/component_health.hpp"

#include <nlohmann/json.hpp>

namespace ingot::scale {

namespace {

using cluster::text_at;
using nlohmann::json;

json member(const json& object, const char* key) {
  return object.is_object() ? object.value(key, json()) : json();
}

// The kind of the object that makes it again; empty where there is none.
std::string controller_of(const json& pod) {
  const json owners = member(member(pod, "metadata"), "ownerReferences");
  for (const auto& owner : owners.is_array() ? owners : json::array()) {
    if (member(owner, "controller") == json(true)) {
      return text_at(owner, {"kind"});
    }
  }
  return "";
}

bool is_static(const json& pod) {
  const json annotations = member(member(pod, "metadata"), "annotations");
  return annotations.is_object() && annotations.contains("kubernetes.io/config.mirror");
}

}  // namespace

Fate fate_of(const json& pod) {
  const std::string controller = controller_of(pod);
  if (is_static(pod) || controller == "DaemonSet") {
    return Fate::stays;
  }
  const std::string phase = text_at(pod, {"status", "phase"});
  const bool has_ended = phase == "Succeeded" || phase == "Failed";
  return controller.empty() && !has_ended && !is_ending(pod) ? Fate::lost : Fate::evicted;
}

std::string name_of(const json& pod) {
  return text_at(pod, {"metadata", "namespace"}) + "/" + text_at(pod, {"metadata", "name"});
}

bool is_ending(const json& pod) {
  return !text_at(pod, {"metadata", "deletionTimestamp"}).empty();
}

bool is_held(const base::Failure& refusal, std::string& why) {
  if (!refusal.cause.starts_with("HTTP 429")) {
    return false;
  }
  why = refusal.problems.empty() ? refusal.cause : refusal.problems.front();
  return true;
}

}  // namespace ingot::scale
