// SPDX-License-Identifier: Apache-2.0
#include "logs/cri_line.hpp"

#include "base/text.hpp"

#include <utility>

namespace ingot::logs {

namespace {

constexpr std::size_t kLongest = std::size_t{1} << 20U;

// The word before the next blank, taken off `text`.
std::string_view take_word(std::string_view& text) {
  const auto end = text.find(' ');
  const auto word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

}  // namespace

bool LineSplitter::feed(std::string_view piece, const std::function<bool(std::string_view line)>& on_line) {
  for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    rest_ += piece.substr(0, end);
    piece.remove_prefix(end + 1);
    const std::string line = std::exchange(rest_, {});
    if (!on_line(line)) {
      return false;
    }
  }
  rest_ += piece;
  return rest_.size() <= kLongest || finish(on_line);
}

bool LineSplitter::finish(const std::function<bool(std::string_view line)>& on_line) {
  const std::string line = std::exchange(rest_, {});
  return line.empty() || on_line(line);
}

std::optional<std::string> CriDecoder::take(std::string_view line) {
  std::string_view rest = line;
  const auto time = base::parse_rfc3339(take_word(rest));
  const auto stream = take_word(rest);
  const auto tag = take_word(rest);
  if (!time || (stream != "stdout" && stream != "stderr") || tag.empty()) {
    return std::string(line);
  }
  if (since_ && *time < *since_) {
    begun_.clear();
    return std::nullopt;
  }
  begun_ += rest;
  if (tag.starts_with('P') && begun_.size() <= kLongest) {
    return std::nullopt;
  }
  return std::exchange(begun_, {});
}

}  // namespace ingot::logs
