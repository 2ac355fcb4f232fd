// SPDX-License-Identifier: Apache-2.0
#include "config/problem.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace ingot::config {
namespace {

bool is_plain(std::string_view word) {
  constexpr std::size_t kLongest = 253;  // of a name in Kubernetes
  return !word.empty() && word.size() <= kLongest && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  });
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string line(text.substr(0, kLongest));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  if (text.size() > kLongest) {
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80U) {
      line.pop_back();  // do not end in the middle of a character
    }
    line += "...";
  }
  return "'" + line + "'";
}

std::string child_path(std::string_view path, std::string_view key) {
  const std::string word = is_plain(key) ? std::string(key) : shown(key);
  return path.empty() ? word : fmt::format("{}.{}", path, word);
}

std::string to_text(const Problem& problem) {
  std::string text = problem.line > 0 ? fmt::format("line {}: ", problem.line) : "";
  if (!problem.path.empty()) {
    text += problem.path + ": ";
  }
  return text + problem.text;
}

int line_of(const ClusterSpec& spec, std::string_view path) {
  while (!path.empty()) {
    if (const auto found = spec.lines.find(std::string(path)); found != spec.lines.end()) {
      return found->second;
    }
    const auto last = path.find_last_of(".[");
    path = last == path.npos ? std::string_view{} : path.substr(0, last);
  }
  return 0;
}

void throw_if_any(std::vector<Problem> problems, const std::string& source_name) {
  if (problems.empty()) {
    return;
  }
  // What comes from no line of the file (a flag, a default) comes first.
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  base::Failure failure{.code = base::ErrorCode::invalid_input};
  const bool is_one = problems.size() == 1;
  failure.message = source_name.empty()
                        ? fmt::format("the cluster description has {}", is_one ? "a problem" : "problems")
                        : fmt::format("'{}' has {}", source_name, is_one ? "a problem" : "problems");
  for (const Problem& problem : problems) {
    failure.problems.push_back(to_text(problem));
  }
  throw base::Error(std::move(failure));
}

}  // namespace ingot::config
