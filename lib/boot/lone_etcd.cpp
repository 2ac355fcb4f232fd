// SPDX-License-Identifier: Apache-2.0
#include "boot/lone_etcd.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace ingot::boot {

namespace {

using Lines = std::vector<std::string>;

// What a line says, however its writer quotes.
std::string plain(const std::string& line) {
  return base::replace_all(std::string(base::trim(line)), "\"", "");
}

// How many lines from `at` on are one of the flags; 0: none.
std::size_t flag_lines(const Lines& lines, std::size_t at) {
  const auto text = plain(lines[at]);
  const auto next = at + 1 < lines.size() ? plain(lines[at + 1]) : std::string();
  for (const auto& [name, value] : lone_etcd_flags()) {
    if (text == fmt::format("- --{}={}", name, value) || text == fmt::format("{}: {}", name, value)) {
      return 1;
    }
    if (text == "- name: " + name && next == "value: " + value) {
      return 2;
    }
  }
  return 0;
}

std::size_t indent_of(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// Whether the key of this line has lost everything that was below it: members, or items, which may stand as
// far to the left as it does.
bool is_left_empty(const Lines& lines, std::size_t at) {
  constexpr std::array<std::string_view, 3> kParents = {"extraArgs:", "local:", "etcd:"};
  if (std::ranges::find(kParents, plain(lines[at])) == kParents.end()) {
    return false;
  }
  if (at + 1 == lines.size()) {
    return true;
  }
  const auto indent = indent_of(lines[at]);
  const auto next = indent_of(lines[at + 1]);
  return next < indent || (next == indent && !base::trim(lines[at + 1]).starts_with("- "));
}

}  // namespace

const std::map<std::string, std::string>& lone_etcd_flags() {
  static const std::map<std::string, std::string> flags = {{"election-timeout", "100"},
                                                           {"heartbeat-interval", "20"}};
  return flags;
}

std::string without_lone_etcd_flags(std::string_view text) {
  const auto lines = base::split(text, '\n');
  Lines kept;
  for (std::size_t at = 0; at < lines.size();) {
    const auto left_out = flag_lines(lines, at);
    if (left_out == 0) {
      kept.push_back(lines[at]);
    }
    at += std::max<std::size_t>(left_out, 1);
  }
  if (kept.size() == lines.size()) {
    return std::string(text);
  }
  for (std::size_t at = kept.size(); at-- > 0;) {  // the innermost first
    if (is_left_empty(kept, at)) {
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  return base::join(kept, "\n");
}

}  // namespace ingot::boot
