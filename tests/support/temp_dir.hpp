// SPDX-License-Identifier: Apache-2.0
// A folder that goes with its owner. Short enough that a socket in it stays under 107 bytes.
#pragma once

#include "base/error.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace ingot::testing {

class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ingot-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw base::Error(base::ErrorCode::environment, "no temporary folder can be made", pattern);
    }
    path_ = pattern;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace ingot::testing
