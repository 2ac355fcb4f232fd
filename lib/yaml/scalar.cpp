// SPDX-License-Identifier: Apache-2.0
#include "yaml/scalar.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

namespace ingot::yaml {
namespace {

constexpr std::string_view kStandardTags = "tag:yaml.org,2002:";

bool is_one_of(std::string_view text, std::string_view words) {
  for (std::size_t at = 0; at <= words.size();) {
    const auto end = std::min(words.find(' ', at), words.size());
    if (words.substr(at, end - at) == text) {
      return true;
    }
    at = end + 1;
  }
  return false;
}

std::optional<Scalar> parse_word(std::string_view text) {
  if (is_one_of(text, "true True TRUE yes Yes YES on On ON y Y")) {
    return true;
  }
  if (is_one_of(text, "false False FALSE no No NO off Off OFF n N")) {
    return false;
  }
  if (text.empty() || is_one_of(text, "~ null Null NULL")) {
    return Scalar{};
  }
  if (is_one_of(text, ".nan .NaN .NAN")) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (is_one_of(text, ".inf .Inf .INF +.inf +.Inf +.INF")) {
    return std::numeric_limits<double>::infinity();
  }
  if (is_one_of(text, "-.inf -.Inf -.INF")) {
    return -std::numeric_limits<double>::infinity();
  }
  return std::nullopt;
}

struct Digits {
  std::string_view digits;
  int base = 10;
};

Digits without_prefix(std::string_view text) {
  if (text.size() > 1 && text[0] == '0') {
    switch (text[1]) {
      case 'x':
      case 'X':
        return {text.substr(2), 16};
      case 'o':
      case 'O':
        return {text.substr(2), 8};
      case 'b':
      case 'B':
        return {text.substr(2), 2};
      default:
        return {text.substr(1), 8};
    }
  }
  return {text, 10};
}

std::optional<Scalar> parse_integer(std::string_view text) {
  const bool has_sign = text[0] == '+' || text[0] == '-';
  const auto [digits, base] = without_prefix(text.substr(has_sign ? 1 : 0));
  std::uint64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || result.ec != std::errc{} || result.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (text[0] == '-') {
    return value > kMost + 1 ? std::nullopt : std::optional<Scalar>(static_cast<std::int64_t>(~value + 1));
  }
  if (value <= kMost) {
    return static_cast<std::int64_t>(value);
  }
  return has_sign ? std::nullopt : std::optional<Scalar>(value);
}

std::string_view skip_digits(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of("0123456789"), text.size()));
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  text.remove_prefix(text[0] == '+' || text[0] == '-' ? 1 : 0);
  const auto whole = text;
  text = skip_digits(text);
  std::size_t digits = whole.size() - text.size();
  if (!text.empty() && text[0] == '.') {
    const auto fraction = text.substr(1);
    text = skip_digits(fraction);
    digits += fraction.size() - text.size();
  }
  if (digits == 0) {
    return false;
  }
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    text.remove_prefix(!text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0);
    return !text.empty() && skip_digits(text).empty();
  }
  return text.empty();
}

std::optional<Scalar> parse_float(std::string_view text) {
  if (!looks_like_float(text)) {
    return std::nullopt;
  }
  text.remove_prefix(text[0] == '+' ? 1 : 0);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    const bool is_tiny = text.find("e-") != text.npos || text.find("E-") != text.npos;
    return is_tiny ? std::optional<Scalar>(0.0) : std::nullopt;
  }
  return result.ec == std::errc{} ? std::optional<Scalar>(value) : std::nullopt;
}

Scalar resolve_plain(const std::string& text) {
  if (const auto word = parse_word(text)) {
    return *word;
  }
  const bool may_be_number = (text[0] >= '0' && text[0] <= '9') || text[0] == '+' || text[0] == '-';
  if (may_be_number) {
    std::string without_underscores = text;
    std::erase(without_underscores, '_');
    if (const auto number = parse_integer(without_underscores)) {
      return *number;
    }
    if (const auto number = parse_float(without_underscores)) {
      return *number;
    }
  } else if (text[0] == '.') {
    if (const auto number = parse_float(text)) {
      return *number;
    }
  }
  return text;
}

}  // namespace

Scalar resolve(const Node& node) {
  if (node.kind == Kind::null) {
    return {};
  }
  if (node.tag.empty()) {
    return resolve_plain(node.text);
  }
  const std::string_view tag = node.tag;
  if (tag.substr(0, kStandardTags.size()) != kStandardTags) {
    return node.text;
  }
  const auto name = tag.substr(kStandardTags.size());
  if (name == "binary") {
    return base::from_base64(node.text).value_or(node.text);
  }
  return is_one_of(name, "int float bool null") ? resolve_plain(node.text) : Scalar(node.text);
}

}  // namespace ingot::yaml
