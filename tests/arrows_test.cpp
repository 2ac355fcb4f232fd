// SPDX-License-Identifier: Apache-2.0
// Holds the sources to lib/README.md: who may include whom, and the rules of form that a compiler does not
// check. A failure names the offending lines.
#include "support/source_dir.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace ingot {

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = support::source_dir();

struct Row {
  std::string name;
  std::set<std::string> allowed;
};

struct Include {
  std::string file;    // "lib/boot/cni.cpp"
  std::string module;  // "boot"; "cli" for all of cli
  int line = 0;
  std::string target;  // "base/error.hpp", "fmt/format.h"
  bool angled = false;

  [[nodiscard]] std::string text() const {
    return file + ":" + std::to_string(line) + ": includes " + target;
  }
  [[nodiscard]] bool in_header() const { return file.ends_with(".hpp"); }
};

using Offences = std::vector<std::string>;

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(line);
  }
  return lines;
}

// Sources below `folder`, by path from the root.
std::vector<std::string> sources(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
    const auto extension = entry.path().extension();
    if (extension == ".cpp" || extension == ".hpp") {
      paths.push_back(fs::relative(entry.path(), kRoot).string());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

std::vector<std::string> our_sources() {
  auto paths = sources("lib");
  const auto more = sources("cli");
  paths.insert(paths.end(), more.begin(), more.end());
  return paths;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

// The rows of the block that starts with ```name.
std::vector<Row> table(const std::string& name) {
  std::vector<Row> rows;
  bool inside = false;
  for (const auto& line : lines_of(kRoot / "lib/README.md")) {
    if (line.starts_with("```")) {
      inside = line == "```" + name;
    } else if (inside) {
      const auto colon = line.find(':');
      const auto allowed = words_of(line.substr(colon + 1));
      for (const auto& module : words_of(line.substr(0, colon))) {  // several may have the same arrows
        rows.push_back({.name = module, .allowed = {allowed.begin(), allowed.end()}});
      }
    }
  }
  return rows;
}

std::string module_of(const std::string& file) {
  const auto slash = file.find('/');
  return file.starts_with("cli/") ? "cli" : file.substr(slash + 1, file.find('/', slash + 1) - slash - 1);
}

std::vector<Include> includes() {
  static const std::regex pattern(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
  std::vector<Include> found;
  for (const auto& file : our_sources()) {
    int number = 0;
    for (const auto& line : lines_of(kRoot / file)) {
      ++number;
      std::smatch match;
      if (std::regex_search(line, match, pattern)) {
        found.push_back({file, module_of(file), number, match[2].str(), match[1].str() == "<"});
      }
    }
  }
  return found;
}

std::string told(const Offences& offences) {
  std::string text;
  for (const auto& offence : offences) {
    text += "\n  " + offence;
  }
  return text;
}

bool may_include(const Include& include, const std::map<std::string, Row>& arrows) {
  const std::string target = include.target.substr(0, include.target.find('/'));
  const auto own = arrows.find(include.module);
  if (target == include.module || !arrows.contains(target)) {
    return true;  // its own, or a folder of cli or of what the build makes
  }
  return own != arrows.end() &&
         (own->second.allowed.contains(target) || own->second.allowed.contains(include.target));
}

bool is_in_library(const std::string& target, const std::string& library) {
  return library.ends_with('/') || library.ends_with(".hpp")
             ? target.starts_with(library)
             : target.starts_with(library + ".") || target.starts_with(library + "_");
}

bool may_use_library(const Include& include, const Row& library) {
  const std::string header = include.file.substr(include.file.find('/') + 1);  // "pki/openssl_call.hpp"
  const bool cheap = library.name == "nlohmann/json_fwd.hpp";
  return library.allowed.contains(header) ||
         (library.allowed.contains(include.module) && (cheap || !include.in_header()));
}

}  // namespace

TEST_CASE("modules include only what lib/README.md allows them", "[arrows]") {
  std::map<std::string, Row> arrows;
  for (auto& row : table("arrows")) {
    arrows[row.name] = row;
  }
  REQUIRE(arrows.size() > 10);
  Offences offences;
  for (const auto& include : includes()) {
    if (!include.angled && !may_include(include, arrows)) {
      offences.push_back(include.text());
    }
  }
  INFO(told(offences));
  CHECK(offences.empty());
}

TEST_CASE("the map has every module, each above the ones that use it", "[arrows]") {
  std::set<std::string> above;
  Offences offences;
  for (const auto& row : table("arrows")) {
    for (const auto& used : row.allowed) {
      if (!above.contains(used.substr(0, used.find('/')))) {
        offences.push_back(row.name + " uses " + used + ", which does not stand above it");
      }
      if (used.find('/') != std::string::npos && !fs::exists(kRoot / "lib" / used)) {
        offences.push_back(row.name + " may use " + used + ", which does not exist");
      }
    }
    above.insert(row.name);
  }
  for (const auto& entry : fs::directory_iterator(kRoot / "lib")) {
    if (entry.is_directory() && !above.contains(entry.path().filename().string())) {
      offences.push_back("lib/" + entry.path().filename().string() + " is not in the map");
    }
  }
  INFO(told(offences));
  CHECK(offences.empty());
}

TEST_CASE("other people's headers are included only where lib/README.md says, and not in headers",
          "[arrows]") {
  const auto libraries = table("libraries");
  REQUIRE_FALSE(libraries.empty());
  Offences offences;
  for (const auto& include : includes()) {
    for (const auto& library : libraries) {
      if (include.angled && is_in_library(include.target, library.name) &&
          !may_use_library(include, library)) {
        offences.push_back(include.text());
      }
    }
  }
  INFO(told(offences));
  CHECK(offences.empty());
}

TEST_CASE("every source names its licence, and every header is read once", "[arrows]") {
  Offences offences;
  for (const auto* folder : {"lib", "cli", "tests"}) {
    for (const auto& file : sources(folder)) {
      const auto lines = lines_of(kRoot / file);
      if (lines.empty() || lines.front() != "// SPDX-License-Identifier: Apache-2.0") {
        offences.push_back(file + ":1: does not name its licence");
      }
      if (file.ends_with(".hpp") && std::ranges::find(lines, "#pragma once") == lines.end()) {
        offences.push_back(file + ":1: has no #pragma once");
      }
    }
  }
  INFO(told(offences));
  CHECK(offences.empty());
}

TEST_CASE("no header opens a namespace for whoever includes it", "[arrows]") {
  Offences offences;
  for (const auto* folder : {"lib", "cli", "tests"}) {
    for (const auto& file : sources(folder)) {
      int number = 0;
      for (const auto& line : lines_of(kRoot / file)) {
        ++number;
        if (file.ends_with(".hpp") && line.starts_with("using namespace")) {
          offences.push_back(file + ":" + std::to_string(number) + ": " + line);
        }
      }
    }
  }
  INFO(told(offences));
  CHECK(offences.empty());
}

TEST_CASE("no source is longer than 400 lines", "[arrows]") {
  constexpr std::size_t kMost = 400;
  Offences offences;
  for (const auto* folder : {"lib", "cli", "tests"}) {
    for (const auto& file : sources(folder)) {
      const auto count = lines_of(kRoot / file).size();
      if (count > kMost) {
        offences.push_back(file + ": has " + std::to_string(count) + " lines");
      }
    }
  }
  INFO(told(offences));
  CHECK(offences.empty());
}

}  // namespace ingot
