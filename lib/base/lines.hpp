// SPDX-License-Identifier: Apache-2.0
// Lines out of a stream that comes in arbitrary pieces: JSON objects, one per line, as engines and Kubernetes
// send them. Pure; the bytes are not to be trusted.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace ingot::base {

class LineDecoder {
 public:
  // `too_long`: thrown for a line of more than `longest` bytes.
  LineDecoder(std::size_t longest, Failure too_long);

  // Gives every line that `piece` completes to `on_line`, without its end. Stops and returns false as soon as
  // `on_line` does. Empty lines are left out.
  bool feed(std::string_view piece, const std::function<bool(std::string_view line)>& on_line);

  // What has come of a line without an end; it is nothing then.
  [[nodiscard]] std::string take_rest();

 private:
  std::size_t longest_;
  Failure too_long_;
  std::string rest_;
};

}  // namespace ingot::base
