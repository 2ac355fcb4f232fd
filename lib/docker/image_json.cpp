// SPDX-License-Identifier: Apache-2.0
#include "docker/image_json.hpp"

#include "base/text.hpp"
#include "docker/json_value.hpp"

#include <algorithm>
#include <iterator>

namespace ingot::docker {

namespace {

// Engines before API 1.43 list an image without a name under this one.
constexpr std::string_view kNoName = "<none>";

std::vector<std::string> names_in(const JsonValue& value, std::string_view key) {
  std::vector<std::string> names = value.texts(key);
  std::erase_if(names, [](const std::string& name) { return name.find(kNoName) != std::string::npos; });
  return names;
}

ImageInfo to_image(const JsonValue& value) {
  ImageInfo image;
  image.id = value.at("Id").as_text();
  image.tags = names_in(value, "RepoTags");
  image.digests = names_in(value, "RepoDigests");
  image.size = value.integer("Size");
  return image;
}

// overlay2: "UpperDir" is the topmost layer's folder, "LowerDir" the others', the upper ones first.
std::vector<std::string> layer_folders(const JsonValue& root) {
  const auto driver = root.find("GraphDriver");
  const auto data = driver ? driver->find("Data") : std::nullopt;
  if (!data || driver->text("Name") != "overlay2") {
    return {};
  }
  std::vector<std::string> folders{data->text("UpperDir")};
  if (const auto lower = data->text("LowerDir"); !lower.empty()) {
    std::ranges::copy(base::split(lower, ':'), std::back_inserter(folders));
  }
  std::ranges::reverse(folders);
  return folders;
}

}  // namespace

ImageInfo parse_image(std::string_view text) {
  const JsonDocument document(text, "an image");
  const JsonValue root = document.root();
  ImageInfo image = to_image(root);
  image.created = root.text("Created");
  image.architecture = root.text("Architecture");
  if (const auto config = root.find("Config")) {
    image.labels = config->text_map("Labels");
  }
  if (const auto root_fs = root.find("RootFS")) {
    image.layers = root_fs->texts("Layers");
  }
  if (auto folders = layer_folders(root); folders.size() == image.layers.size()) {
    image.layer_folders = std::move(folders);
  }
  return image;
}

std::vector<ImageInfo> parse_image_list(std::string_view text) {
  const JsonDocument document(text, "a list of images");
  std::vector<ImageInfo> list;
  document.root().each([&](const JsonValue& value) {
    ImageInfo image = to_image(value);
    image.labels = value.text_map("Labels");
    image.created = base::to_rfc3339(
        std::chrono::system_clock::time_point(std::chrono::seconds(value.integer("Created"))));
    if (!image.tags.empty()) {
      list.push_back(std::move(image));
    }
  });
  return list;
}

}  // namespace ingot::docker
