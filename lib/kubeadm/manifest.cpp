// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/manifest.hpp"

#include "base/error.hpp"
#include "kubeadm/template.hpp"
#include "yaml/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace ingot::kubeadm {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(std::string cause) {
  throw base::Error(base::ErrorCode::untrusted, "this is no manifest of Kubernetes objects",
                    std::move(cause));
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

void add_object(std::vector<json>& objects, json object) {
  if (!object.is_object() || text_of(object, "apiVersion").empty() || text_of(object, "kind").empty()) {
    refuse(fmt::format("object {} has no apiVersion or no kind", objects.size() + 1));
  }
  const bool is_list = text_of(object, "kind") == "List" && text_of(object, "apiVersion") == "v1";
  if (!is_list) {
    objects.push_back(std::move(object));
    return;
  }
  const auto items = object.find("items");
  if (items != object.end() && items->is_array()) {
    for (json& item : *items) {
      add_object(objects, std::move(item));
    }
  }
}

std::vector<json> read_objects(std::string_view yaml) {
  std::vector<json> documents;
  try {
    documents = yaml::read_json(yaml, yaml::manifest_limits());
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    refuse(failure.problems.empty() ? failure.cause : failure.problems.front());
  }
  std::vector<json> objects;
  for (json& document : documents) {
    if (!document.is_null()) {
      add_object(objects, std::move(document));
    }
  }
  return objects;
}

std::vector<std::string> to_texts(const std::vector<json>& objects) {
  std::vector<std::string> texts;
  texts.reserve(objects.size());
  for (const json& object : objects) {
    texts.push_back(object.dump());
  }
  return texts;
}

// So that the CNI daemon need not wait for kube-proxy to reach the API server.
void tell_endpoint(json& daemon_set, const std::string& endpoint) {
  try {
    json& container = daemon_set.at(json::json_pointer("/spec/template/spec/containers/0"));
    json& env = container.at("env");
    if (!env.is_array()) {
      refuse("a DaemonSet's env is no list");
    }
    env.push_back({{"name", "CONTROL_PLANE_ENDPOINT"}, {"value", endpoint}});
  } catch (const json::exception&) {
    refuse("a DaemonSet has no container with env");
  }
}

}  // namespace

std::vector<std::string> split_manifest(std::string_view yaml) {
  return to_texts(read_objects(yaml));
}

std::vector<std::string> cni_objects(std::string_view manifest, const CniInput& input) {
  const bool is_template = manifest.find("would you kindly template this file") != manifest.npos;
  const bool wants_endpoint = manifest.find("would you kindly patch this file") != manifest.npos;
  auto objects = is_template ? read_objects(fill_template(manifest, {{"PodSubnet", input.pod_subnet}}))
                             : read_objects(manifest);
  for (json& object : objects) {
    if (wants_endpoint && text_of(object, "kind") == "DaemonSet" &&
        text_of(object, "apiVersion") == "apps/v1") {
      tell_endpoint(object, input.control_plane_endpoint);
    }
  }
  return to_texts(objects);
}

}  // namespace ingot::kubeadm
