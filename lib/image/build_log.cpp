// SPDX-License-Identifier: Apache-2.0
#include "image/build_log.hpp"

#include "base/text.hpp"

#include <charconv>
#include <cstdint>
#include <optional>

namespace ingot::image {

namespace {

constexpr std::size_t kKept = 30;
constexpr std::size_t kLongest = 4096;  // whoever prints more without a line break is not our recipe
constexpr std::string_view kBegins = "  > ";
constexpr std::string_view kGoesOn = "    ";

// The number at the front of "30 s of about 290 s".
std::optional<std::int64_t> leading_number(std::string_view text) {
  std::int64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() ? std::optional(number) : std::nullopt;
}

struct Position {
  std::string what;
  std::int64_t current = 0;
  std::int64_t total = 0;
};

std::optional<Position> to_position(std::string_view line) {
  constexpr std::string_view kOf = " s of about ";
  const auto colon = line.find(": ");
  const auto of = line.find(kOf);
  if (!line.starts_with(kGoesOn) || colon == std::string_view::npos || of == std::string_view::npos ||
      of < colon) {
    return std::nullopt;
  }
  const auto current = leading_number(line.substr(colon + 2));
  const auto total = leading_number(line.substr(of + kOf.size()));
  if (!current || !total) {
    return std::nullopt;
  }
  return Position{std::string(line.substr(kGoesOn.size(), colon - kGoesOn.size())), *current, *total};
}

}  // namespace

void BuildLog::feed(std::string_view bytes) {
  rest_ += bytes;
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    take(rest_.substr(begin, end - begin));
    begin = end + 1;
  }
  rest_.erase(0, begin);
  if (rest_.size() > kLongest) {
    take(rest_);
    rest_.clear();
  }
}

void BuildLog::take(const std::string& line) {
  last_.push_back(line);
  if (last_.size() > kKept) {
    last_.pop_front();
  }
  if (line.starts_with(kBegins)) {
    context_.mark(line.substr(kBegins.size()));
  } else if (const auto position = to_position(line)) {
    context_.progress(position->what + ", seconds", position->current, position->total);
  }
}

std::string BuildLog::tail() const {
  std::string text;
  for (const auto& line : last_) {
    text += line + "\n";
  }
  return text + rest_;
}

}  // namespace ingot::image
