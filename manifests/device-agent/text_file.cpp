// SPDX-License-Identifier: Apache-2.0
#include "text_file.hpp"

#include "failure.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ingot::agent {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool replace_text(const std::string& path, const std::string& text) {
  if (read_text(path) == text) {
    return false;
  }
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  // Not one of the endings that readers of CDI folders look for.
  const auto fresh = path + ".new";
  {
    std::ofstream file(fresh, std::ios::binary);
    file << text << std::flush;
    if (!file) {
      fail_with_errno(path + " cannot be written");
    }
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    fail_with_errno(path + " cannot be written");
  }
  return true;
}

}  // namespace ingot::agent
