// SPDX-License-Identifier: Apache-2.0
// What a snapshot holds, and what is needed to make its nodes again. JSON; it travels with exported
// snapshots, so it is not to be trusted: Error{untrusted} names the field at fault. Pure.
// Internal to lib/snapshot.
#pragma once

#include "node/address_plan.hpp"
#include "snapshot/results.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::snapshot {

// Of the files and of this description; another one is refused.
inline constexpr int kFormat = 1;

// A file of the snapshot.
struct Part {
  std::string path;  // "0/var/base.tar"
  std::uint64_t size = 0;
  std::string sha256;  // in hexadecimal digits
};

struct SavedNode {
  std::string name;
  std::string role;
  std::string image;                // the reference it was made from
  std::string image_id;             // "sha256:..."
  std::vector<std::string> layers;  // of that image: what was kept is what differs from these
  bool has_volume = false;          // at /var; a load balancer has none
  std::string recipe;               // docker::to_recipe()
  node::Addresses pinned;           // as its labels say; empty where the engine chose
};

struct Manifest {
  std::string cluster;
  std::string name;
  std::string created;
  std::string kubernetes_version;
  std::string tool_version;
  std::vector<SavedNode> nodes;  // the areas of the n-th begin with "n/"
  std::vector<Part> parts;
};

[[nodiscard]] std::string to_text(const Manifest& manifest);
[[nodiscard]] Manifest parse_manifest(std::string_view text);
[[nodiscard]] Summary to_summary(const Manifest& manifest);

}  // namespace ingot::snapshot
