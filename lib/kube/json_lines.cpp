// SPDX-License-Identifier: Apache-2.0
#include "kube/json_lines.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <utility>

namespace ingot::kube {

namespace {

constexpr std::size_t kMaxLine = 64U * 1024 * 1024;

}  // namespace

bool LineDecoder::feed(std::string_view piece, const std::function<bool(std::string_view line)>& on_line) {
  for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    rest_ += piece.substr(0, end);
    piece.remove_prefix(end + 1);
    const std::string line = std::exchange(rest_, {});
    const std::string_view text = base::trim(line);
    if (!text.empty() && !on_line(text)) {
      return false;
    }
  }
  rest_ += piece;
  if (rest_.size() > kMaxLine) {
    throw base::Error(base::ErrorCode::untrusted, "the API server sent a line without an end",
                      "more than " + base::to_size_text(kMaxLine));
  }
  return true;
}

}  // namespace ingot::kube
