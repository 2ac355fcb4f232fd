// SPDX-License-Identifier: Apache-2.0
#include "limit_input.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/quantity.hpp"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace ingot::cli {

namespace {

using Amount = std::optional<std::int64_t>;
using Problems = std::vector<std::string>;

constexpr std::string_view kNone = "none";

Amount parse_pids(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number && value > 0 ? Amount(value) : std::nullopt;
}

// What differs between the three.
struct Kind {
  const char* flag;
  const char* field;
  const std::string& given;
  Amount (*parse)(std::string_view);
  const char* example;
  void (*set)(config::NodeSpec&, const std::string&);
};

std::vector<Kind> kinds_of(const LimitInput& input) {
  return {{"--cpus", "cpu", input.cpus, config::parse_cpu_millis, "2, 1.5 or 500m",
           [](config::NodeSpec& node, const std::string& amount) { node.cpu = amount; }},
          {"--memory", "memory", input.memory, config::parse_memory_bytes, "512Mi or 2Gi",
           [](config::NodeSpec& node, const std::string& amount) { node.memory = amount; }},
          {"--pids", "pids", input.pids, parse_pids, "1000",
           [](config::NodeSpec& node, const std::string& amount) { node.pids = parse_pids(amount); }}};
}

// 0 for "none".
Amount parse(const Kind& kind, const std::string& text, Problems& problems) {
  if (text == kNone) {
    return 0;
  }
  const auto amount = kind.parse(text);
  if (!amount) {
    problems.push_back(
        fmt::format("{}: '{}' is no amount; write it as {}, or none", kind.flag, text, kind.example));
  }
  return amount;
}

[[noreturn]] void refuse(Problems problems) {
  throw base::Error({.code = base::ErrorCode::invalid_input,
                     .message = "the limits are not valid",
                     .problems = std::move(problems)});
}

// Amounts by role, in the order in which they are given; no role: all.
using Shares = std::vector<std::pair<std::optional<config::Role>, std::string>>;

Shares shares_of(const Kind& kind, Problems& problems) {
  Shares shares;
  for (const auto& part : base::split(kind.given, ',')) {
    const auto equals = part.find('=');
    const auto role = part.substr(0, equals);
    if (equals == std::string::npos) {
      shares.emplace_back(std::nullopt, part);
    } else if (role == config::to_text(config::Role::control_plane)) {
      shares.emplace_back(config::Role::control_plane, part.substr(equals + 1));
    } else if (role == config::to_text(config::Role::worker)) {
      shares.emplace_back(config::Role::worker, part.substr(equals + 1));
    } else {
      problems.push_back(fmt::format("{}: '{}' is no role; use control-plane or worker", kind.flag, role));
    }
  }
  return shares;
}

}  // namespace

void declare_limits(Flags& flags, LimitInput& input, const std::string& of) {
  flags.value("--cpus", "AMOUNT", "processors" + of, input.cpus);
  flags.value("--memory", "AMOUNT", "memory" + of, input.memory);
  flags.value("--pids", "AMOUNT", "most processes and threads" + of, input.pids);
}

config::Limits to_limits(const LimitInput& input) {
  Problems problems;
  std::vector<Amount> amounts;
  for (const auto& kind : kinds_of(input)) {
    amounts.push_back(kind.given.empty() ? std::nullopt : parse(kind, kind.given, problems));
  }
  if (!problems.empty()) {
    refuse(std::move(problems));
  }
  return {.cpu_millis = amounts[0], .memory_bytes = amounts[1], .pids = amounts[2]};
}

std::map<std::string, std::string> apply_limits(const LimitInput& input, config::ClusterSpec& spec) {
  Problems problems;
  std::map<std::string, std::string> origins;
  for (const auto& kind : kinds_of(input)) {
    if (kind.given.empty()) {
      continue;
    }
    for (const auto& [role, text] : shares_of(kind, problems)) {
      const auto amount = parse(kind, text, problems);
      for (std::size_t i = 0; amount && i < spec.nodes.size(); ++i) {
        if (!role || *role == spec.nodes[i].role) {
          kind.set(spec.nodes[i], *amount == 0 ? std::string() : text);
          origins[fmt::format("nodes[{}].{}", i, kind.field)] = kind.flag;
        }
      }
    }
  }
  if (!problems.empty()) {
    refuse(std::move(problems));
  }
  return origins;
}

}  // namespace ingot::cli
