// SPDX-License-Identifier: Apache-2.0
#include "base/lines.hpp"

#include "base/text.hpp"

#include <utility>

namespace ingot::base {

LineDecoder::LineDecoder(std::size_t longest, Failure too_long)
    : longest_(longest), too_long_(std::move(too_long)) {}

bool LineDecoder::feed(std::string_view piece, const std::function<bool(std::string_view line)>& on_line) {
  for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    rest_ += piece.substr(0, end);
    piece.remove_prefix(end + 1);
    const std::string line = take_rest();
    const std::string_view text = trim(line);
    if (!text.empty() && !on_line(text)) {
      return false;
    }
  }
  rest_ += piece;
  if (rest_.size() > longest_) {
    throw Error(too_long_);
  }
  return true;
}

std::string LineDecoder::take_rest() {
  return std::exchange(rest_, {});
}

}  // namespace ingot::base
