// SPDX-License-Identifier: Apache-2.0
#include "snapshot/renaming.hpp"

#include <cctype>

namespace ingot::snapshot {

namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
}

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool begins_at(std::string_view text, std::size_t at) {
  return at == 0 || !(is_word(text[at - 1]) || (text[at - 1] == '.' && is_digit(text[at])));
}

bool ends_at(std::string_view text, std::size_t end) {
  if (end >= text.size()) {
    return true;
  }
  const bool goes_on = text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1]);
  return !is_word(text[end]) && !goes_on;
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
      if (old.size() > length && text.substr(at).starts_with(old) && begins_at(text, at) &&
          ends_at(text, at + old.size())) {
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

}  // namespace ingot::snapshot
