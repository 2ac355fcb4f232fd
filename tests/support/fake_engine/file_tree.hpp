// SPDX-License-Identifier: Apache-2.0
// The files of one container or image, in memory. Paths are absolute and normal ("/etc/hosts"). Not
// thread-safe: the engine's state guards it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ingot::testing {

struct FileEntry {
  std::string content;
  unsigned mode = 0644;
  std::string link_target;  // a symbolic link when not empty
  bool is_folder = false;
};

class FileTree {
 public:
  void write(const std::string& path, std::string content, unsigned mode = 0644);
  void put(const std::string& path, FileEntry entry);
  // A regular file's content.
  [[nodiscard]] std::optional<std::string> read(const std::string& path) const;
  [[nodiscard]] const FileEntry* find(const std::string& path) const;
  void remove(const std::string& path);  // with what is below it

  // False when the tar is broken; what came before the break stays, as with a real engine.
  bool unpack(const std::string& folder, std::string_view tar);
  // The file or folder at `path`, under `name`, as GET archive gives it.
  [[nodiscard]] std::string pack(const std::string& path, const std::string& name) const;
  // What is below a folder, as a tree of its own.
  [[nodiscard]] FileTree below(const std::string& folder) const;

  [[nodiscard]] const std::map<std::string, FileEntry>& entries() const { return entries_; }
  [[nodiscard]] std::size_t size() const;

 private:
  void make_parents(const std::string& path);

  std::map<std::string, FileEntry> entries_ = {{"/", {.mode = 0755, .is_folder = true}}};
};

// Calls `put` for each entry of a tar. False when it is broken; what came before the break was put.
bool unpack_tar(std::string_view tar, const std::function<void(const std::string& path, FileEntry)>& put);

// "etc//x/" -> "/etc/x".
[[nodiscard]] std::string normal_path(std::string_view path);

}  // namespace ingot::testing
