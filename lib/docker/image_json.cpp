// SPDX-License-Identifier: Apache-2.0
#include "docker/image_json.hpp"

#include "base/text.hpp"
#include "docker/json_value.hpp"

#include <algorithm>

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
