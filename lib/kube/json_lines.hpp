// SPDX-License-Identifier: Apache-2.0
// Lines out of a stream that comes in arbitrary pieces. A line of more than 64 MiB is base::Error{untrusted}.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ingot::kube {

class LineDecoder {
 public:
  // Gives every line that `piece` completes to `on_line`, without its end. Stops and returns false as soon as
  // `on_line` does. Empty lines are left out.
  bool feed(std::string_view piece, const std::function<bool(std::string_view line)>& on_line);

 private:
  std::string rest_;
};

}  // namespace ingot::kube
