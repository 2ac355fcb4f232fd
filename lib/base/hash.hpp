// SPDX-License-Identifier: Apache-2.0
// A hash for telling texts apart and for spreading them: the same on every machine, no secret and no proof.
#pragma once

#include <cstdint>
#include <string_view>

namespace ingot::base {

// FNV-1a of 64 bits (draft-eastlake-fnv).
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return hash;
}

}  // namespace ingot::base
