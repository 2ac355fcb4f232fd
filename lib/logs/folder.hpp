// SPDX-License-Identifier: Apache-2.0
// A folder that is filled with files whose names come from others: nodes, archives, API servers. No name
// leads out of it, neither by ".." nor by a link that lies in it. Thread-safe. Errors: Error{untrusted} for
// such a name, Error{environment} for what the system refuses.
#pragma once

#include "base/fd.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ingot::logs {

struct Written {
  std::atomic<std::uint64_t> files{0};
  std::atomic<std::uint64_t> bytes{0};
};

class Folder;

// Open for writing, empty at first. Not thread-safe.
class File {
 public:
  void write(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  friend class Folder;
  File(base::Fd fd, std::string path, std::shared_ptr<Written> written)
      : fd_(std::move(fd)), path_(std::move(path)), written_(std::move(written)) {}

  base::Fd fd_;
  std::string path_;  // for messages
  std::shared_ptr<Written> written_;
  std::uint64_t size_ = 0;
};

class Folder {
 public:
  // Makes it, with its parents, where it is not there.
  explicit Folder(const std::string& path);

  // `path` inside this folder, parts separated by "/"; folders on the way are made.
  [[nodiscard]] File create(std::string_view path) const;
  void make_folder(std::string_view path) const;
  // One that is below this one. `name` has one part only.
  [[nodiscard]] Folder below(std::string_view name) const;

  [[nodiscard]] const Written& written() const { return *written_; }

 private:
  Folder(base::Fd fd, std::string path, std::shared_ptr<Written> written)
      : fd_(std::move(fd)), path_(std::move(path)), written_(std::move(written)) {}
  [[nodiscard]] base::Fd walk(std::string_view path, std::string* last) const;

  base::Fd fd_;
  std::string path_;  // for messages
  std::shared_ptr<Written> written_;
};

}  // namespace ingot::logs
