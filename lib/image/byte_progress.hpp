// SPDX-License-Identifier: Apache-2.0
// Bytes that a step has moved, told as its progress every few MiB.
#pragma once

#include "plan/plan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace ingot::image {

class ByteProgress {
 public:
  // `total`: about how many there will be; 0: not known.
  ByteProgress(plan::StepContext& context, std::int64_t total) : context_(context), total_(total) {}

  void add(std::size_t bytes) {
    done_ += static_cast<std::int64_t>(bytes);
    if (done_ - told_ >= kStride) {
      told_ = done_;
      context_.progress("bytes", done_, std::max(done_, total_));
    }
  }

 private:
  static constexpr std::int64_t kStride = std::int64_t{4} << 20;

  plan::StepContext& context_;
  std::int64_t total_;
  std::int64_t done_ = 0;
  std::int64_t told_ = 0;
};

}  // namespace ingot::image
