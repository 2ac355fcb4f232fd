// SPDX-License-Identifier: Apache-2.0
#include "instance/copy.hpp"

#include "base/error.hpp"
#include "instance/observe.hpp"
#include "tar/tree.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace ingot::instance {

namespace {

namespace fs = std::filesystem;

// "/a/b" of "/a/b/".
fs::path without_slash(const std::string& text) {
  const auto path = fs::path(text).lexically_normal();
  return path.has_filename() || path == path.root_path() ? path : path.parent_path();
}

void put(node::Host& host, const std::string& id, const fs::path& source, const std::string& folder,
         const std::string& name, const std::stop_token& stop) {
  tar::TreePacker files(source.string(), name);
  host.engine().put_archive(
      id, folder, [&](char* into, std::size_t size) { return files.read(into, size); }, stop);
}

// What an engine says when the place is no folder, or is not there.
bool is_no_folder(const base::Error& error) {
  return error.code() == base::ErrorCode::not_found || error.code() == base::ErrorCode::engine_refused;
}

}  // namespace

void copy_in(node::Host& host, const std::string& name, const std::string& source, const std::string& target,
             const std::stop_token& stop) {
  const auto id = require(host, name, stop).id;
  const auto from = without_slash(fs::absolute(source).string());
  const auto to = without_slash(target);
  try {
    put(host, id, from, to.string(), from.filename().string(), stop);
  } catch (const base::Error& error) {
    if (!is_no_folder(error) || target.ends_with('/')) {
      throw;
    }
    put(host, id, from, to.parent_path().string(), to.filename().string(), stop);
  }
}

void copy_out(node::Host& host, const std::string& name, const std::string& source, const std::string& target,
              const std::stop_token& stop) {
  const auto id = require(host, name, stop).id;
  const auto to = without_slash(fs::absolute(target).string());
  std::error_code ignored;
  const bool keeps_name = fs::is_directory(to, ignored);
  if (!keeps_name && target.ends_with('/')) {
    throw base::Error(base::ErrorCode::invalid_input, fmt::format("there is no folder '{}'", target));
  }
  tar::TreeUnpacker files(keeps_name ? to.string() : to.parent_path().string(),
                          keeps_name ? std::string() : to.filename().string());
  host.engine().stream_archive(
      id, source,
      [&](std::string_view bytes) {
        files.feed(bytes);
        return true;
      },
      stop);
  files.finish();
}

}  // namespace ingot::instance
