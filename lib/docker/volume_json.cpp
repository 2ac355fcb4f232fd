// SPDX-License-Identifier: Apache-2.0
#include "docker/volume_json.hpp"

#include "docker/json_value.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::docker {

namespace {

VolumeInfo to_volume(const JsonValue& value) {
  return {.name = value.at("Name").as_text(),
          .created = value.text("CreatedAt"),
          .labels = value.text_map("Labels")};
}

}  // namespace

VolumeInfo parse_volume(std::string_view text) {
  const JsonDocument document(text, "a volume");
  return to_volume(document.root());
}

std::vector<VolumeInfo> parse_volume_list(std::string_view text) {
  const JsonDocument document(text, "a list of volumes");
  std::vector<VolumeInfo> list;
  document.root().each("Volumes", [&](const JsonValue& value) { list.push_back(to_volume(value)); });
  std::ranges::sort(list, {}, &VolumeInfo::name);
  return list;
}

std::string volume_creation(const std::string& name, const Labels& labels) {
  nlohmann::json root = {{"Name", name}};
  if (!labels.empty()) {
    root["Labels"] = labels;
  }
  return to_request_text(root);
}

}  // namespace ingot::docker
