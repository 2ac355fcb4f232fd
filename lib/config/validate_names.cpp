// SPDX-License-Identifier: Apache-2.0
#include "config/rules.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace ingot::config {
namespace {

// Of a host name, and of the DNS label that a container's name becomes on its network.
constexpr std::size_t kLongestHostName = 63;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestSubdomain = 253;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_letter_or_digit(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

bool is_dns_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && is_lower_or_digit(label.front()) &&
         is_lower_or_digit(label.back()) &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

// The name part of a label key, and a label value that is not empty.
bool is_label_word(std::string_view word) {
  return !word.empty() && word.size() <= kLongestLabel && is_letter_or_digit(word.front()) &&
         is_letter_or_digit(word.back()) && std::all_of(word.begin(), word.end(), [](char c) {
           return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
         });
}

void check_name_length(const ClusterSpec& spec, Findings& findings) {
  std::string longest;
  for (const auto& name : node_names(spec)) {
    longest = name.size() > longest.size() ? name : longest;
  }
  if (longest.size() > kLongestHostName) {
    const auto excess = longest.size() - kLongestHostName;
    findings.add("name",
                 fmt::format("{} character{} too long: a node would be called {}, and host names end at {}",
                             excess, excess == 1 ? "" : "s", shown(longest), kLongestHostName));
  }
}

}  // namespace

bool is_dns_subdomain(std::string_view text) {
  const auto labels = base::split(text, '.');
  return text.size() <= kLongestSubdomain &&
         std::all_of(labels.begin(), labels.end(),
                     [](const std::string& label) { return is_dns_label(label); });
}

bool is_label_key(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == key.npos) {
    return is_label_word(key);
  }
  return is_dns_subdomain(key.substr(0, slash)) && is_label_word(key.substr(slash + 1));
}

bool is_label_value(std::string_view value) {
  return value.empty() || is_label_word(value);
}

void check_names(const ClusterSpec& spec, Findings& findings) {
  const bool has_good_letters = std::all_of(spec.name.begin(), spec.name.end(), [](char c) {
    return is_lower_or_digit(c) || c == '-' || c == '.';
  });
  if (spec.name.empty()) {
    findings.add("name", "a cluster needs a name");
  } else if (!has_good_letters) {
    findings.add("name", fmt::format("{} is no cluster name; use lower-case letters, digits, '-' and '.'",
                                     shown(spec.name)));
  } else if (spec.name.size() + 2 <= kLongestHostName && !is_dns_subdomain(spec.name + "-0")) {
    findings.add("name",
                 fmt::format("{} is no cluster name; start it (and each part after a dot) with a letter "
                             "or digit, and do not end it with a dot",
                             shown(spec.name)));
  } else {
    check_name_length(spec, findings);
  }
}

}  // namespace ingot::config
