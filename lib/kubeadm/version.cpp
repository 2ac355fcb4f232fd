// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/version.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <tuple>
#include <vector>

namespace ingot::kubeadm {
namespace {

std::optional<int> parse_number(std::string_view text) {
  int number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = !text.empty() && result.ec == std::errc{} && result.ptr == text.data() + text.size();
  if (!is_whole || text[0] == '-' || (text[0] == '0' && text.size() > 1)) {
    return std::nullopt;
  }
  return number;
}

bool is_identifiers(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}

// Cuts the part after `mark` off `text`; false when the part is not what may stand there.
bool take_suffix(std::string_view& text, char mark, std::string& suffix) {
  const auto at = text.find(mark);
  if (at == text.npos) {
    return true;
  }
  suffix = text.substr(at + 1);
  text = text.substr(0, at);
  return !suffix.empty() && is_identifiers(suffix);
}

std::weak_ordering compare_identifier(const std::string& a, const std::string& b) {
  const auto number_a = parse_number(a);
  const auto number_b = parse_number(b);
  if (number_a && number_b) {
    return *number_a <=> *number_b;
  }
  if (number_a.has_value() != number_b.has_value()) {
    return number_a ? std::weak_ordering::less : std::weak_ordering::greater;
  }
  return a <=> b;
}

std::weak_ordering compare_pre_release(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) {
    return a.empty() <=> b.empty();
  }
  const auto parts_a = base::split(a, '.');
  const auto parts_b = base::split(b, '.');
  for (std::size_t i = 0; i < std::min(parts_a.size(), parts_b.size()); ++i) {
    if (const auto order = compare_identifier(parts_a[i], parts_b[i]); std::is_neq(order)) {
      return order;
    }
  }
  return parts_a.size() <=> parts_b.size();
}

}  // namespace

bool KubernetesVersion::at_least(int wanted_major, int wanted_minor) const noexcept {
  return major != wanted_major ? major > wanted_major : minor >= wanted_minor;
}

std::optional<KubernetesVersion> parse_version(std::string_view text) {
  text = base::trim(text);
  text.remove_prefix(!text.empty() && text[0] == 'v' ? 1 : 0);
  KubernetesVersion version;
  if (!take_suffix(text, '+', version.build) || !take_suffix(text, '-', version.pre_release)) {
    return std::nullopt;
  }
  const auto parts = base::split(text, '.');
  if (parts.size() < 2 || parts.size() > 3) {
    return std::nullopt;
  }
  const auto major = parse_number(parts[0]);
  const auto minor = parse_number(parts[1]);
  const auto patch = parts.size() == 3 ? parse_number(parts[2]) : 0;
  if (!major || !minor || !patch) {
    return std::nullopt;
  }
  version.major = *major;
  version.minor = *minor;
  version.patch = *patch;
  return version;
}

std::string to_text(const KubernetesVersion& version) {
  return fmt::format("v{}.{}.{}{}{}{}{}", version.major, version.minor, version.patch,
                     version.pre_release.empty() ? "" : "-", version.pre_release,
                     version.build.empty() ? "" : "+", version.build);
}

std::weak_ordering compare(const KubernetesVersion& a, const KubernetesVersion& b) {
  const auto numbers = [](const KubernetesVersion& version) {
    return std::tie(version.major, version.minor, version.patch);
  };
  const auto order = numbers(a) <=> numbers(b);
  return std::is_neq(order) ? order : compare_pre_release(a.pre_release, b.pre_release);
}

}  // namespace ingot::kubeadm
