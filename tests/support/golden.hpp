// SPDX-License-Identifier: Apache-2.0
// Expected texts that live in files below tests/. With UPDATE_GOLDEN=1 in the environment they are rewritten,
// and the tests that did so fail, so that a rewritten expectation never counts as a passed test.
#pragma once

#include "support/source_dir.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::support {

inline std::filesystem::path tests_path(const std::string& relative) {
  return source_dir() / "tests" / relative;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  INFO(path.string());
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The files of a folder below tests/ whose names start and end like this, sorted.
inline std::vector<std::filesystem::path> files_in(const std::string& folder, std::string_view start,
                                                   std::string_view end) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(tests_path(folder))) {
    const auto name = entry.path().filename().string();
    const bool is_long = name.size() >= start.size() + end.size();
    if (is_long && name.substr(0, start.size()) == start && name.substr(name.size() - end.size()) == end) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Compares with the text of `path`, or rewrites it.
inline void check_golden(const std::filesystem::path& path, const std::string& actual) {
  if (const char* update = std::getenv("UPDATE_GOLDEN");
      update != nullptr && std::string_view(update) == "1") {
    std::ofstream(path, std::ios::binary) << actual;
    FAIL_CHECK("rewritten: " << path.string());
    return;
  }
  INFO(path.string());
  CHECK(actual == read_text(path));
}

}  // namespace ingot::support
