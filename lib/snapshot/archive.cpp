// SPDX-License-Identifier: Apache-2.0
#include "snapshot/archive.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ingot::snapshot {

namespace {

constexpr std::uint64_t kLargestManifest = 64ULL << 20U;
constexpr std::size_t kTarEnd = 1024;  // two blocks of zeros
constexpr const char* kFolder = "snapshot";

[[noreturn]] void throw_no_snapshot(const std::string& cause) {
  throw base::Error(base::ErrorCode::untrusted, "the file is no exported snapshot", cause);
}

}  // namespace

Archive::Archive(std::function<std::string()> from)
    : from_(std::move(from)),
      reader_({.begin = [this](const auto& entry, std::string_view head) { begin(entry, head); },
               .content = [this](std::string_view content) { take(content); },
               .end = [this](std::string_view padding) { end(padding); }}) {}

void Archive::begin(const tar::StreamReader::Entry& entry, std::string_view head) {
  using Kind = tar::StreamReader::Kind;
  std::string path = entry.path;
  while (path.ends_with('/')) {
    path.pop_back();
  }
  if (!has_manifest_) {
    if (path != kManifestFile || entry.kind != Kind::file || entry.size > kLargestManifest) {
      throw_no_snapshot(fmt::format("it begins with '{}'", path));
    }
    in_manifest_ = true;
    return;
  }
  const bool is_folder = entry.kind == Kind::folder &&
                         (path == kFolder || std::ranges::any_of(expected_, [&](const std::string& part) {
                            return part.starts_with(path + "/");
                          }));
  if (!is_folder && (entry.kind != Kind::file || !expected_.contains(path))) {
    throw_no_snapshot(fmt::format("'{}' is no part of it", path));
  }
  ready_ += head;
}

void Archive::take(std::string_view content) {
  (in_manifest_ ? manifest_text_ : ready_) += content;
}

void Archive::end(std::string_view padding) {
  if (in_manifest_) {
    in_manifest_ = false;
    has_manifest_ = true;
    for (const auto& part : parse_manifest(manifest_text_).parts) {
      expected_.insert(std::string(kFolder) + "/" + part.path);
    }
    return;
  }
  ready_ += padding;
}

Manifest Archive::manifest() {
  while (!has_manifest_) {
    const auto bytes = from_();
    if (bytes.empty()) {
      throw_no_snapshot("it ends too early");
    }
    reader_.feed(bytes);
  }
  return parse_manifest(manifest_text_);
}

std::string Archive::next() {
  while (ready_.empty() && !is_at_end_) {
    const auto bytes = from_();
    if (bytes.empty()) {
      reader_.finish();
      is_at_end_ = true;
      ready_.assign(kTarEnd, '\0');
    } else {
      reader_.feed(bytes);
    }
  }
  return std::exchange(ready_, {});
}

}  // namespace ingot::snapshot
