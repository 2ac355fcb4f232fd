// SPDX-License-Identifier: Apache-2.0
// What makes a spec complete and acceptable. The order of use: load_cluster_file() or a hand-made spec,
// override_name() and override_image(), apply_defaults(), check().
#pragma once

#include "config/cluster_spec.hpp"
#include "config/problem.hpp"

#include <string>
#include <vector>

namespace ingot::config {

// The published node image that goes with kind 0.32.
inline constexpr const char* kDefaultNodeImage =
    "kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5";

struct Defaults {
  std::string name = "kind";
  std::string node_image = kDefaultNodeImage;
  std::string
      working_dir;  // absolute; relative host paths of mounts start there. Empty: they stay as they are
};

// What the caller wants in place of what the file says. Their problems then name no line of the file.
void override_name(ClusterSpec& spec, std::string name);
// For every node. A spec without nodes gets its one default node.
void override_image(ClusterSpec& spec, const std::string& image);

// Fills in what was not given. Idempotent.
void apply_defaults(ClusterSpec& spec, const Defaults& defaults = {});

// Every rule that `spec`, with its defaults applied, breaks; in line order.
[[nodiscard]] std::vector<Problem> validate(const ClusterSpec& spec);

// Throws Error{invalid_input} with everything validate() has to say.
void check(const ClusterSpec& spec);

}  // namespace ingot::config
