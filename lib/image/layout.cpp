// SPDX-License-Identifier: Apache-2.0
#include "image/layout.hpp"

#include "image/digest.hpp"
#include "tar/tar.hpp"

#include <nlohmann/json.hpp>

namespace ingot::image {

namespace {

using nlohmann::json;

json descriptor(const std::string& kind, const std::string& digest, std::int64_t size) {
  return {{"mediaType", "application/vnd.oci.image." + kind}, {"digest", digest}, {"size", size}};
}

tar::File blob(const std::string& content) {
  return {.path = "/blobs/sha256/" + digest_of(content).substr(7), .content = content};
}

}  // namespace

std::string layout_without_layers(const std::string& config, const docker::ImageInfo& image,
                                  const std::vector<std::string>& names) {
  json layers = json::array();
  for (const auto& layer : image.layers) {
    // How large each is packed is not known here. Kubernetes takes the sum for the image's size.
    layers.push_back(descriptor("layer.v1.tar", layer, layers.empty() ? image.size : 0));
  }
  const std::string manifest = json{
      {"schemaVersion", 2},
      {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
      {"config", descriptor("config.v1+json", digest_of(config), static_cast<std::int64_t>(config.size()))},
      {"layers", layers}}.dump();
  json named = json::array();
  for (const auto& name : names) {
    json one =
        descriptor("manifest.v1+json", digest_of(manifest), static_cast<std::int64_t>(manifest.size()));
    one["annotations"] = {{"io.containerd.image.name", name}};
    named.push_back(std::move(one));
  }
  const std::string index = json{{"schemaVersion", 2}, {"manifests", named}}.dump();
  return tar::pack({{.path = "/oci-layout", .content = R"({"imageLayoutVersion":"1.0.0"})"},
                    blob(config),
                    blob(manifest),
                    {.path = "/index.json", .content = index}});
}

}  // namespace ingot::image
