// SPDX-License-Identifier: Apache-2.0
// A fault of a cluster description: where it stands and what to write instead. Never thrown one by one; a
// spec's problems are collected and reported together.
#pragma once

#include "config/cluster_spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::config {

struct Problem {
  int line = 0;      // 0: not from a file
  std::string path;  // "nodes[1].role"; may be empty
  std::string text;
};

// "line 7: nodes[1].role: unknown value 'wrker'; ..."
[[nodiscard]] std::string to_text(const Problem& problem);

// The line of `path`, or of the nearest part around it that the file has; 0 without a file.
[[nodiscard]] int line_of(const ClusterSpec& spec, std::string_view path);

// A value of the user's as it can stand in a message: quoted, one line, not too long.
[[nodiscard]] std::string shown(std::string_view text);

// "networking" and "podSubnet" as "networking.podSubnet"; odd keys are quoted.
[[nodiscard]] std::string child_path(std::string_view path, std::string_view key);

// Throws Error{invalid_input} listing `problems` by line; does nothing when there are none.
void throw_if_any(std::vector<Problem> problems, const std::string& source_name);

}  // namespace ingot::config
