// SPDX-License-Identifier: Apache-2.0
// Reads and writes the 512-byte blocks of POSIX ustar archives by hand, so that the tests do not ask the
// library under test about itself. Format: POSIX.1-1988, "ustar interchange format".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::tar::test {

inline constexpr std::size_t kBlock = 512;

struct Entry {
  std::string path;
  unsigned mode = 0;
  std::uint64_t size = 0;
  char type = '0';  // '0' file, '2' symbolic link, '5' folder
  std::string link_target;
};

inline std::string text_at(std::string_view block, std::size_t at, std::size_t size) {
  const auto field = block.substr(at, size);
  return std::string(field.substr(0, field.find('\0')));
}

inline std::vector<Entry> entries_of(std::string_view tar) {
  std::vector<Entry> entries;
  for (std::size_t at = 0; at + kBlock <= tar.size() && tar[at] != '\0';) {
    const auto block = tar.substr(at, kBlock);
    const std::string prefix = text_at(block, 345, 155);
    Entry entry{.path = (prefix.empty() ? "" : prefix + "/") + text_at(block, 0, 100),
                .mode = static_cast<unsigned>(std::stoul(text_at(block, 100, 8), nullptr, 8)),
                .size = std::stoull(text_at(block, 124, 12), nullptr, 8),
                .type = block[156],
                .link_target = text_at(block, 157, 100)};
    at += kBlock + (entry.size + kBlock - 1) / kBlock * kBlock;
    entries.push_back(std::move(entry));
  }
  return entries;
}

inline std::string octal(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; value /= 8) {
    text[i] = static_cast<char>('0' + value % 8);
  }
  return text;
}

// The header of a regular file that claims to hold `size` bytes.
inline std::string file_header(const std::string& path, std::uint64_t size) {
  std::string block(kBlock, '\0');
  block.replace(0, path.size(), path);
  block.replace(100, 7, octal(0644, 7));
  block.replace(108, 7, octal(0, 7));
  block.replace(116, 7, octal(0, 7));
  block.replace(124, 11, octal(size, 11));
  block.replace(136, 11, octal(0, 11));
  block[156] = '0';
  block.replace(257, 8, std::string("ustar\0", 6) + "00");
  block.replace(148, 8, "        ");
  std::uint64_t sum = 0;
  for (const char c : block) {
    sum += static_cast<unsigned char>(c);
  }
  block.replace(148, 8, octal(sum, 6) + std::string("\0 ", 2));
  return block;
}

}  // namespace ingot::tar::test
