// SPDX-License-Identifier: Apache-2.0
// What a node may use of its machine, and what is too little or too much of it. Pure.
#pragma once

#include "config/cluster_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ingot::config {

// Unset: nothing is said; 0: all that the machine has.
struct Limits {
  std::optional<std::int64_t> cpu_millis;
  std::optional<std::int64_t> memory_bytes;
  std::optional<std::int64_t> pids;  // processes and threads
  [[nodiscard]] bool empty() const { return !cpu_millis && !memory_bytes && !pids; }
  [[nodiscard]] bool operator==(const Limits&) const = default;
};

// Texts that are no amounts count as nothing said.
[[nodiscard]] Limits limits_of(const NodeSpec& node);

// `more` where it says something, else `limits`.
[[nodiscard]] Limits merged(const Limits& limits, const Limits& more);

// Why a node of the role cannot do with so little; empty: it can.
[[nodiscard]] std::string too_few_cpus(std::int64_t cpu_millis, Role role);
[[nodiscard]] std::string too_little_memory(std::int64_t bytes, Role role);
[[nodiscard]] std::string too_few_pids(std::int64_t pids, Role role);

struct Machine {
  std::int64_t cpus = 0;
  std::int64_t memory_bytes = 0;
};

// Everything that is wrong with the limits of `node` (its name, for messages) on the machine, a clause each.
[[nodiscard]] std::vector<std::string> problems_of(const std::string& node, Role role, const Limits& limits,
                                                   const Machine& machine);

// "1.5" or "2"; "2Gi", "512Mi" or bytes: as Kubernetes writes amounts.
[[nodiscard]] std::string to_cpu_text(std::int64_t cpu_millis);
[[nodiscard]] std::string to_memory_text(std::int64_t bytes);

}  // namespace ingot::config
