// SPDX-License-Identifier: Apache-2.0
#include "base/renaming.hpp"

#include <cctype>

namespace ingot::base {

namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
}

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// "kind://docker/demo" has a colon, too.
bool is_ipv6_address(std::string_view word) {
  return word.find(':') != std::string_view::npos && word.find('/') == std::string_view::npos;
}

bool stands_at(std::string_view text, std::size_t at, std::string_view word) {
  if (text.substr(at, word.size()) != word) {
    return false;
  }
  const auto end = at + word.size();
  const auto touches = [is_address = is_ipv6_address(word)](char c) {
    return is_word(c) || (is_address && c == ':');
  };
  const bool begins = at == 0 || !(touches(text[at - 1]) || (text[at - 1] == '.' && is_digit(text[at])));
  const bool ends =
      end >= text.size() ||
      !(touches(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1])));
  return begins && ends;
}

}  // namespace

void Renaming::add(const std::string& old, const std::string& renamed) {
  if (!old.empty()) {
    words_[old] = renamed;
  }
}

std::string Renaming::in(std::string_view text) const {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::string* renamed = nullptr;
    std::size_t length = 0;
    for (const auto& [old, now] : words_) {
      if (old.size() > length && stands_at(text, at, old)) {
        renamed = &now;
        length = old.size();
      }
    }
    if (renamed != nullptr) {
      result += *renamed;
      at += length;
    } else {
      result += text[at++];
    }
  }
  return result;
}

std::string Renaming::of(const std::string& old) const {
  const auto found = words_.find(old);
  return found == words_.end() ? std::string() : found->second;
}

}  // namespace ingot::base
