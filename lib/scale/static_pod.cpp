// SPDX-License-Identifier: Apache-2.0
#include "scale/static_pod.hpp"

#include <fmt/format.h>

namespace ingot::scale {

namespace {

constexpr std::string_view kMetadata = "\nmetadata:\n";
constexpr std::string_view kUid = "  uid: ";

}  // namespace

std::string without_uid(std::string_view manifest) {
  std::string text(manifest);
  const auto metadata = text.find(kMetadata);
  const auto begin = metadata == std::string::npos ? metadata : metadata + kMetadata.size();
  if (begin != std::string::npos && text.compare(begin, kUid.size(), kUid) == 0) {
    text.erase(begin, text.find('\n', begin) + 1 - begin);
  }
  return text;
}

std::string with_uid(std::string_view manifest, const std::string& uid) {
  std::string text = without_uid(manifest);
  if (const auto metadata = text.find(kMetadata); metadata != std::string::npos) {
    text.insert(metadata + kMetadata.size(), fmt::format("{}{}\n", kUid, uid));
  }
  return text;
}

}  // namespace ingot::scale
