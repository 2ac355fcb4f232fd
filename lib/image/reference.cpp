// SPDX-License-Identifier: Apache-2.0
#include "image/reference.hpp"

namespace ingot::image {

namespace {

constexpr std::string_view kDigest = "sha256:";

bool is_registry(const std::string& first_part) {
  return first_part.find_first_of(".:") != std::string::npos || first_part == "localhost";
}

}  // namespace

std::string full_name(const std::string& reference) {
  std::string name = reference;
  const auto slash = name.find('/');
  if (slash == std::string::npos || !is_registry(name.substr(0, slash))) {
    name = "docker.io/" + std::string(slash == std::string::npos ? "library/" : "") + name;
  }
  const auto last_part = name.rfind('/', name.find('@'));
  if (name.find_first_of(":@", last_part) == std::string::npos) {
    name += ":latest";
  }
  return name;
}

bool is_id(const std::string& reference, const std::string& id) {
  if (reference.starts_with(kDigest)) {
    return id.starts_with(reference);
  }
  return !reference.empty() && reference.find_first_not_of("0123456789abcdef") == std::string::npos &&
         id.substr(kDigest.size()).starts_with(reference);
}

}  // namespace ingot::image
