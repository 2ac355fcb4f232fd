// SPDX-License-Identifier: Apache-2.0
#include "scale/addresses.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace ingot::scale {

namespace {

using Part = bool (*)(char);

bool is_of_ipv4(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.';
}

bool is_of_ipv6(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':';
}

bool is_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
}

bool stands_at(std::string_view text, std::size_t position, std::string_view word, Part is_part) {
  const auto end = position + word.size();
  return !word.empty() && text.substr(position, word.size()) == word &&
         (position == 0 || !is_part(text[position - 1])) && (end == text.size() || !is_part(text[end]));
}

}  // namespace

std::string with_addresses(const std::string& text, const std::vector<std::string>& from,
                           const std::vector<std::string>& to) {
  std::string result;
  for (std::size_t position = 0; position < text.size();) {
    const auto found = std::ranges::find_if(from, [&](const std::string& address) {
      return stands_at(text, position, address, base::is_ipv6(address) ? is_of_ipv6 : is_of_ipv4);
    });
    const auto index = static_cast<std::size_t>(found - from.begin());
    if (index < std::min(from.size(), to.size())) {
      result += to[index];
      position += found->size();
    } else {
      result += text[position++];
    }
  }
  return result;
}

std::string with_name(const std::string& text, const std::string& from, const std::string& to) {
  std::string result;
  for (std::size_t position = 0; position < text.size();) {
    if (stands_at(text, position, from, is_of_name)) {
      result += to;
      position += from.size();
    } else {
      result += text[position++];
    }
  }
  return result;
}

}  // namespace ingot::scale
