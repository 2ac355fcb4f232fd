// SPDX-License-Identifier: Apache-2.0
// Internal to lib/config: the parts of validate(), one for each file validate_*.cpp, and what they write to.
#pragma once

#include "config/cluster_spec.hpp"
#include "config/problem.hpp"

#include <string>
#include <utility>
#include <vector>

namespace ingot::config {

// Gathers problems of one spec and finds their lines.
class Findings {
 public:
  explicit Findings(const ClusterSpec& spec) : spec_(spec) {}

  void add(std::string path, std::string text) {
    const int line = line_of(spec_, path);
    problems_.push_back({.line = line, .path = std::move(path), .text = std::move(text)});
  }

  [[nodiscard]] std::vector<Problem> take() { return std::move(problems_); }

 private:
  const ClusterSpec& spec_;
  std::vector<Problem> problems_;
};

void check_names(const ClusterSpec& spec, Findings& findings);
void check_networking(const ClusterSpec& spec, Findings& findings);
void check_nodes(const ClusterSpec& spec, Findings& findings);
void check_own_fields(const ClusterSpec& spec, Findings& findings);
void check_host_ports(const ClusterSpec& spec, Findings& findings);
void check_patches(const ClusterSpec& spec, Findings& findings);

// A DNS subdomain of RFC 1123 as Kubernetes uses it: dot-separated labels of lower-case letters, digits and
// '-', each starting and ending with a letter or digit, at most 63 long.
[[nodiscard]] bool is_dns_subdomain(std::string_view text);

// Kubernetes' label syntax: "[prefix/]name" and a value.
[[nodiscard]] bool is_label_key(std::string_view key);
[[nodiscard]] bool is_label_value(std::string_view value);

}  // namespace ingot::config
