// SPDX-License-Identifier: Apache-2.0
// Changes archives as libFuzzer does, and then makes the checksums of their headers right again, without
// which next to nothing would get past the first header. To be included by one file of a target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed);

namespace ingot::fuzz {

inline constexpr std::size_t kBlock = 512;

inline void set_checksum(std::uint8_t* block) {
  std::memset(block + 148, ' ', 8);
  unsigned sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    sum += block[i];
  }
  for (std::size_t digit = 0; digit < 6; ++digit, sum /= 8) {
    block[153 - digit] = static_cast<std::uint8_t>('0' + sum % 8);
  }
  block[154] = 0;
}

}  // namespace ingot::fuzz

// Any block that looks like a header is one, wherever it is: what else has "ustar" there does not matter.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  using namespace ingot::fuzz;
  const std::size_t mutated = LLVMFuzzerMutate(data, size, max_size);
  for (std::size_t at = 0; seed % 8 != 0 && at + kBlock <= mutated; at += kBlock) {
    if (std::memcmp(data + at + 257, "ustar", 5) == 0) {
      set_checksum(data + at);
    }
  }
  return mutated;
}
