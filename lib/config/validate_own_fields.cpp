// SPDX-License-Identifier: Apache-2.0
// The fields that only ingot's own file has.
#include "base/text.hpp"
#include "config/limits.hpp"
#include "config/quantity.hpp"
#include "config/rules.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace ingot::config {
namespace {

// What setrlimit(2) knows, as Docker names it.
constexpr std::array<std::string_view, 15> kUlimits = {
    "core",   "cpu",   "data", "fsize",  "locks",  "memlock",    "msgqueue", "nice",
    "nofile", "nproc", "rss",  "rtprio", "rttime", "sigpending", "stack"};

// Set by ingot or kind for themselves; another value would break the node.
constexpr std::array<std::string_view, 2> kOurVariables = {"KUBECONFIG", "KIND_DNS_SEARCH"};

// "vendor.com/class=name".
bool is_device(const std::string& text) {
  const auto slash = text.find('/');
  const auto equals = text.find('=');
  return slash != std::string::npos && slash > 0 && equals != std::string::npos && equals > slash + 1 &&
         equals + 1 < text.size();
}

bool names_gpus(const std::string& text) {
  const bool is_count = text.find_first_not_of("0123456789") == std::string::npos && text.size() <= 4;
  const auto parts = base::split(text, ',');
  return text == "all" || is_count || std::all_of(parts.begin(), parts.end(), is_device);
}

void check_amounts(const NodeSpec& node, const std::string& path, Findings& findings) {
  if (!node.cpu.empty() && !parse_cpu_millis(node.cpu)) {
    findings.add(path + ".cpu",
                 fmt::format("{} is no number of processors; write it as 2, 1.5 or 500m", shown(node.cpu)));
  }
  if (!node.memory.empty() && !parse_memory_bytes(node.memory)) {
    findings.add(path + ".memory",
                 fmt::format("{} is no amount of memory; write it as 512Mi or 2Gi", shown(node.memory)));
  }
  if (!names_gpus(node.gpus)) {
    findings.add(path + ".gpus",
                 fmt::format("{} is no number of GPUs; write a number, all, or devices such as "
                             "nvidia.com/gpu=0",
                             shown(node.gpus)));
  }
}

void check_least(const NodeSpec& node, const std::string& path, Findings& findings) {
  const auto add = [&](const char* field, const std::string& problem) {
    if (!problem.empty()) {
      findings.add(fmt::format("{}.{}", path, field), problem);
    }
  };
  const auto limits = limits_of(node);
  add("cpu", too_few_cpus(limits.cpu_millis.value_or(0), node.role));
  add("memory", too_little_memory(limits.memory_bytes.value_or(0), node.role));
  add("pids", node.pids && *node.pids < 1 ? "a limit is a number above 0"
                                          : too_few_pids(node.pids.value_or(0), node.role));
}

void check_env(const NodeSpec& node, const std::string& path, Findings& findings) {
  for (const auto& [name, value] : node.env) {
    const auto at = child_path(path + ".env", name);
    if (name.empty() || name.find('=') != std::string::npos || name.find('\0') != std::string::npos) {
      findings.add(at, "no name of a variable; it may hold no '='");
    } else if (std::find(kOurVariables.begin(), kOurVariables.end(), name) != kOurVariables.end()) {
      findings.add(at, "is set by ingot itself");
    }
  }
}

void check_devices(const NodeSpec& node, const std::string& path, Findings& findings) {
  const auto is_path = [](const std::string& text) {
    return text.size() > 1 && text.front() == '/' && text.find(':') == std::string::npos;
  };
  for (std::size_t i = 0; i < node.devices.size(); ++i) {
    const Device& device = node.devices[i];
    const auto at = fmt::format("{}.devices[{}]", path, i);
    if (device.host_path.empty()) {
      findings.add(at + ".hostPath", "missing");
    } else if (!is_path(device.host_path)) {
      findings.add(at + ".hostPath", fmt::format("{} is no absolute path", shown(device.host_path)));
    }
    if (!device.container_path.empty() && !is_path(device.container_path)) {
      findings.add(at + ".containerPath",
                   fmt::format("{} is no absolute path", shown(device.container_path)));
    }
    if (device.permissions.find_first_not_of("rwm") != std::string::npos || device.permissions.size() > 3) {
      findings.add(at + ".permissions",
                   fmt::format("{} is no permission; use letters of 'rwm'", shown(device.permissions)));
    }
  }
}

void check_ulimits(const NodeSpec& node, const std::string& path, Findings& findings) {
  std::vector<std::string_view> seen;
  for (std::size_t i = 0; i < node.ulimits.size(); ++i) {
    const Ulimit& ulimit = node.ulimits[i];
    const auto at = fmt::format("{}.ulimits[{}]", path, i);
    if (std::find(kUlimits.begin(), kUlimits.end(), ulimit.name) == kUlimits.end()) {
      findings.add(at + ".name", ulimit.name.empty()
                                     ? std::string("missing")
                                     : fmt::format("{} is no limit; use {}", shown(ulimit.name),
                                                   fmt::join(kUlimits, ", ")));
    } else if (std::find(seen.begin(), seen.end(), ulimit.name) != seen.end()) {
      findings.add(at + ".name", fmt::format("{} is given twice", shown(ulimit.name)));
    }
    seen.push_back(ulimit.name);
    const auto hard = ulimit.hard.value_or(ulimit.soft);
    if (ulimit.soft < -1 || hard < -1) {
      findings.add(at, "a limit is a number, or -1 for none");
    } else if (hard != -1 && (ulimit.soft == -1 || ulimit.soft > hard)) {
      findings.add(at + ".soft", fmt::format("{} is above the hard limit {}", ulimit.soft, hard));
    }
  }
}

}  // namespace

void check_own_fields(const ClusterSpec& spec, Findings& findings) {
  const auto ttl = base::parse_duration(spec.ttl);
  if (!spec.ttl.empty() && (!ttl || ttl->count() <= 0)) {
    findings.add("ttl", fmt::format("{} is no time to live; write it as 90m or 2h", shown(spec.ttl)));
  }
  for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
    const auto path = fmt::format("nodes[{}]", i);
    check_amounts(spec.nodes[i], path, findings);
    check_least(spec.nodes[i], path, findings);
    check_env(spec.nodes[i], path, findings);
    check_devices(spec.nodes[i], path, findings);
    check_ulimits(spec.nodes[i], path, findings);
  }
}

}  // namespace ingot::config
