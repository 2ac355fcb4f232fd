// SPDX-License-Identifier: Apache-2.0
#include "snapshot/manifest.hpp"

#include "base/error.hpp"
#include "node/node_spec.hpp"
#include "snapshot/areas.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ingot::snapshot {

namespace {

using nlohmann::json;

[[noreturn]] void throw_wrong(const std::string& cause) {
  throw base::Error(base::ErrorCode::untrusted, "the snapshot's description cannot be understood", cause);
}

json to_json(const SavedNode& node) {
  return {{"name", node.name},
          {"role", node.role},
          {"image", node.image},
          {"imageId", node.image_id},
          {"layers", node.layers},
          {"hasVolume", node.has_volume},
          {"container", json::parse(node.recipe)}};
}

SavedNode to_node(const json& value) {
  const auto& labels = value.at("container").at("Config").at("Labels");
  const auto label = [&](std::string_view name) { return labels.value(std::string(name), std::string()); };
  return {.name = value.at("name"),
          .role = value.at("role"),
          .image = value.at("image"),
          .image_id = value.at("imageId"),
          .layers = value.at("layers"),
          .has_volume = value.at("hasVolume"),
          .recipe = value.at("container").dump(),
          .pinned = {.ipv4 = label(node::kAddressLabel), .ipv6 = label(node::kIpv6AddressLabel)}};
}

Part to_part(const json& value) {
  return {.path = value.at("path"), .size = value.at("size"), .sha256 = value.at("sha256")};
}

// Sums are handed to a shell, and parts are found by their paths.
void check_parts(const Manifest& manifest) {
  std::set<std::string> expected;
  for (const auto& area : areas_of(manifest.nodes)) {
    for (const auto* file : kAreaFiles) {
      expected.insert(area.path + "/" + file);
    }
  }
  for (const auto& part : manifest.parts) {
    constexpr std::size_t kDigits = 64;
    const bool is_sum = part.sha256.size() == kDigits &&
                        part.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (expected.erase(part.path) == 0 || !is_sum) {
      throw_wrong(fmt::format("'{}' is no part of a snapshot", part.path));
    }
  }
  if (!expected.empty()) {
    throw_wrong(fmt::format("the part '{}' is missing", *expected.begin()));
  }
}

Manifest read(const json& root) {
  if (const int format = root.at("format"); format != kFormat) {
    throw base::Error(
        {.code = base::ErrorCode::unsupported,
         .message = fmt::format("the snapshot is of format {}; this program knows {}", format, kFormat),
         .remedy = "use the version of ingot that made it"});
  }
  Manifest manifest{.cluster = root.at("cluster"),
                    .name = root.at("name"),
                    .created = root.at("created"),
                    .kubernetes_version = root.at("kubernetesVersion"),
                    .tool_version = root.at("toolVersion")};
  for (const auto& node : root.at("nodes")) {
    manifest.nodes.push_back(to_node(node));
  }
  for (const auto& part : root.at("parts")) {
    manifest.parts.push_back(to_part(part));
  }
  if (std::ranges::none_of(manifest.nodes,
                           [](const SavedNode& node) { return node.role == node::kControlPlaneRole; })) {
    throw_wrong("it has no control plane");
  }
  check_parts(manifest);
  return manifest;
}

}  // namespace

std::string to_text(const Manifest& manifest) {
  json nodes = json::array();
  for (const auto& node : manifest.nodes) {
    nodes.push_back(to_json(node));
  }
  json parts = json::array();
  for (const auto& part : manifest.parts) {
    parts.push_back({{"path", part.path}, {"size", part.size}, {"sha256", part.sha256}});
  }
  return json{{"format", kFormat},
              {"cluster", manifest.cluster},
              {"name", manifest.name},
              {"created", manifest.created},
              {"kubernetesVersion", manifest.kubernetes_version},
              {"toolVersion", manifest.tool_version},
              {"nodes", nodes},
              {"parts", parts}}
      .dump();
}

Manifest parse_manifest(std::string_view text) {
  try {
    return read(json::parse(text));
  } catch (const json::exception& error) {
    throw_wrong(error.what());
  }
}

Summary to_summary(const Manifest& manifest) {
  Summary summary{.cluster = manifest.cluster,
                  .name = manifest.name,
                  .created = manifest.created,
                  .kubernetes_version = manifest.kubernetes_version};
  for (const auto& node : manifest.nodes) {
    summary.nodes.push_back(node.name);
    if (summary.image.empty() && node.role == node::kControlPlaneRole) {
      summary.image = node.image;
    }
  }
  for (const auto& part : manifest.parts) {
    summary.size += part.size;
  }
  return summary;
}

}  // namespace ingot::snapshot
