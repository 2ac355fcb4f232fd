// SPDX-License-Identifier: Apache-2.0
#include "kube/hash.hpp"

#include "base/error.hpp"
#include "kube/go_json.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>

namespace ingot::kube {

namespace {

using base::Error;
using base::ErrorCode;
using nlohmann::json;

// Go's hash/fnv New32.
std::uint32_t fnv1(std::string_view bytes) {
  std::uint32_t hash = 2166136261U;
  for (const char c : bytes) {
    hash = (hash * 16777619U) ^ static_cast<unsigned char>(c);
  }
  return hash;
}

// rand.SafeEncodeString of k8s.io/apimachinery: no vowels, so no words.
std::string safe_encoded(const std::string& text) {
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string encoded;
  for (const char c : text) {
    encoded += kAlphabet[static_cast<unsigned char>(c) % kAlphabet.size()];
  }
  return encoded;
}

bool has_text(const json& object, const char* key) {
  return object.contains(key) && object.at(key).is_string();
}

bool has_map(const json& object, const char* key) {
  return object.contains(key) && object.at(key).is_object();
}

bool has_map_or_nothing(const json& object, const char* key) {
  return !object.contains(key) || has_map(object, key);
}

bool is_daemon_set(const json& object) {
  if (!object.is_object() || !has_map(object, "metadata") || !has_map(object, "spec") ||
      !has_map(object.at("spec"), "template") || !has_map(object.at("spec").at("template"), "metadata")) {
    return false;
  }
  const json& metadata = object.at("metadata");
  return has_text(metadata, "name") && has_text(metadata, "namespace") && has_text(metadata, "uid") &&
         has_map_or_nothing(metadata, "annotations") &&
         has_map_or_nothing(object.at("spec").at("template").at("metadata"), "labels");
}

json parse_daemon_set(const std::string& text) {
  json object = json::parse(text, nullptr, false);
  if (!is_daemon_set(object)) {
    throw Error(ErrorCode::untrusted, "the API server returned something that is no DaemonSet");
  }
  return object;
}

json patch_of(const json& daemon_set) {
  json pod_template = daemon_set.at("spec").at("template");
  pod_template["$patch"] = "replace";
  return {{"spec", {{"template", std::move(pod_template)}}}};
}

std::string hash_of(const json& patch) {
  return safe_encoded(std::to_string(fnv1(to_go_json(patch))));
}

json owner_reference(const json& daemon_set) {
  return {{"apiVersion", "apps/v1"},
          {"kind", "DaemonSet"},
          {"name", daemon_set.at("metadata").at("name")},
          {"uid", daemon_set.at("metadata").at("uid")},
          {"controller", true},
          {"blockOwnerDeletion", true}};
}

}  // namespace

std::string daemon_set_patch(const std::string& daemon_set) {
  return to_go_json(patch_of(parse_daemon_set(daemon_set)));
}

std::string controller_revision_hash(const std::string& daemon_set) {
  return hash_of(patch_of(parse_daemon_set(daemon_set)));
}

std::string daemon_set_revision(const std::string& daemon_set) {
  const json owner = parse_daemon_set(daemon_set);
  const json patch = patch_of(owner);
  const std::string hash = hash_of(patch);
  const auto& of_owner = owner.at("metadata");
  json labels = owner.at("spec").at("template").at("metadata").value("labels", json::object());
  labels["controller-revision-hash"] = hash;
  json metadata = {{"name", of_owner.at("name").get<std::string>() + '-' + hash},
                   {"namespace", of_owner.at("namespace")},
                   {"labels", std::move(labels)},
                   {"ownerReferences", json::array({owner_reference(owner)})}};
  if (of_owner.contains("annotations")) {
    metadata["annotations"] = of_owner.at("annotations");
  }
  // In Go's spelling as a whole: the data within must reach the controller byte for byte.
  return to_go_json({{"apiVersion", "apps/v1"},
                     {"kind", "ControllerRevision"},
                     {"metadata", std::move(metadata)},
                     {"data", patch},
                     {"revision", 1}});
}

}  // namespace ingot::kube
