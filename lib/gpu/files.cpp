// SPDX-License-Identifier: Apache-2.0
#include "gpu/files.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ingot::gpu {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_line(const std::string& path) {
  return std::string(base::trim(read_file(path)));
}

std::string link_name(const std::string& path) {
  std::error_code error;
  const auto target = fs::read_symlink(path, error);
  return error ? std::string() : target.filename().string();
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

std::map<std::string, std::string> read_pairs(const std::string& path) {
  std::map<std::string, std::string> pairs;
  for (const auto& line : base::split(read_file(path), '\n')) {
    if (const auto colon = line.find(':'); colon != std::string::npos) {
      pairs[std::string(base::trim(line.substr(0, colon)))] = base::trim(line.substr(colon + 1));
    }
  }
  return pairs;
}

std::optional<std::int64_t> to_number(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) {
    text.remove_prefix(2);
  }
  std::int64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, hexadecimal ? 16 : 10);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace ingot::gpu
