// SPDX-License-Identifier: Apache-2.0
#include "config/limits.hpp"

#include "config/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace ingot::config {
namespace {

// With less processor time the pods that every cluster has do not fit (they ask for 0.95 of a control plane
// and 0.1 of a worker), with less of the others the node is not Ready, or the kernel ends what it needs.
struct Least {
  std::int64_t cpu_millis;
  std::int64_t memory_bytes;
  std::int64_t pids;
};

Least least_for(Role role) {
  constexpr std::int64_t kMi = 1 << 20;
  return role == Role::control_plane ? Least{.cpu_millis = 1000, .memory_bytes = 768 * kMi, .pids = 400}
                                     : Least{.cpu_millis = 200, .memory_bytes = 256 * kMi, .pids = 200};
}

std::string needs(Role role, const std::string& amount) {
  return fmt::format("too little: a {} needs {}", to_text(role), amount);
}

}  // namespace

Limits limits_of(const NodeSpec& node) {
  return {.cpu_millis = parse_cpu_millis(node.cpu),
          .memory_bytes = parse_memory_bytes(node.memory),
          .pids = node.pids};
}

Limits merged(const Limits& limits, const Limits& more) {
  return {.cpu_millis = more.cpu_millis ? more.cpu_millis : limits.cpu_millis,
          .memory_bytes = more.memory_bytes ? more.memory_bytes : limits.memory_bytes,
          .pids = more.pids ? more.pids : limits.pids};
}

std::string too_few_cpus(std::int64_t cpu_millis, Role role) {
  const auto least = least_for(role).cpu_millis;
  return cpu_millis == 0 || cpu_millis >= least ? "" : needs(role, to_cpu_text(least));
}

std::string too_little_memory(std::int64_t bytes, Role role) {
  const auto least = least_for(role).memory_bytes;
  return bytes == 0 || bytes >= least ? "" : needs(role, to_memory_text(least));
}

std::string too_few_pids(std::int64_t pids, Role role) {
  const auto least = least_for(role).pids;
  return pids == 0 || pids >= least ? "" : needs(role, std::to_string(least));
}

std::vector<std::string> problems_of(const std::string& node, Role role, const Limits& limits,
                                     const Machine& machine) {
  std::vector<std::string> problems;
  const auto add = [&](std::string_view what, const std::string& amount, const std::string& problem) {
    if (!problem.empty()) {
      problems.push_back(fmt::format("{}: {} {}: {}", node, what, amount, problem));
    }
  };
  const auto cpu = limits.cpu_millis.value_or(0);
  const auto memory = limits.memory_bytes.value_or(0);
  const auto pids = limits.pids.value_or(0);
  add("cpu", to_cpu_text(cpu), too_few_cpus(cpu, role));
  add("memory", to_memory_text(memory), too_little_memory(memory, role));
  add("pids", std::to_string(pids), too_few_pids(pids, role));
  if (machine.cpus > 0 && cpu > machine.cpus * 1000) {
    add("cpu", to_cpu_text(cpu), fmt::format("the machine has {}", machine.cpus));
  }
  if (machine.memory_bytes > 0 && memory > machine.memory_bytes) {
    add("memory", to_memory_text(memory), "the machine has " + to_memory_text(machine.memory_bytes));
  }
  return problems;
}

std::string to_cpu_text(std::int64_t cpu_millis) {
  return cpu_millis % 1000 == 0 ? std::to_string(cpu_millis / 1000)
                                : fmt::format("{:g}", static_cast<double>(cpu_millis) / 1000);
}

std::string to_memory_text(std::int64_t bytes) {
  constexpr std::array<std::pair<int, const char*>, 3> kUnits{{{30, "Gi"}, {20, "Mi"}, {10, "Ki"}}};
  for (const auto& [bits, unit] : kUnits) {
    if (bytes != 0 && bytes % (std::int64_t{1} << bits) == 0) {
      return fmt::format("{}{}", bytes >> bits, unit);
    }
  }
  return std::to_string(bytes);
}

}  // namespace ingot::config
