// SPDX-License-Identifier: Apache-2.0
// Takes a tar archive apart while it passes by, whatever its size: entries with their content, and with their
// raw bytes, so that they can be passed on unchanged. Knows ustar, GNU and pax names and sizes. The bytes
// come from outside: nonsense is Error{untrusted}. Pure and incremental; holds no more than one entry's
// headers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ingot::tar {

class StreamReader {
 public:
  enum class Kind { file, folder, symlink, other };  // other: hard links, devices and the like

  struct Entry {
    std::string path;  // as it stands there, without a leading "./": it may be absolute, or climb out by ".."
    std::uint64_t size = 0;
    Kind kind = Kind::other;
    unsigned mode = 0644;          // permission bits
    std::uint64_t modified = 0;    // seconds since the epoch
    std::string link_target = {};  // of a symbolic link
  };

  // In the order of the archive. `head`: all raw blocks before the content. `padding`: what fills the last
  // block.
  struct Sink {
    std::function<void(const Entry& entry, std::string_view head)> begin;
    std::function<void(std::string_view content)> content;  // never an empty piece
    std::function<void(std::string_view padding)> end;
  };

  explicit StreamReader(Sink sink) : sink_(std::move(sink)) {}

  void feed(std::string_view bytes);
  // Error{untrusted} if the archive has no end yet: it was cut off. One without a byte is no archive either.
  void finish() const;

 private:
  enum class State { header, extension, content, padding, done };

  [[nodiscard]] std::string_view take(std::string_view& bytes, std::uint64_t most);
  void read_header();
  void read_extension();
  void begin_entry(char type, std::uint64_t size, std::string_view block);
  void end_content();

  Sink sink_;
  bool has_begun_ = false;
  State state_ = State::header;
  std::string head_;          // raw blocks of the entry to come
  std::size_t block_at_ = 0;  // where in it the current block or extension begins
  std::uint64_t left_ = 512;  // of what the state reads
  std::uint64_t padding_ = 0;
  std::string padding_bytes_;
  char extension_type_ = 0;
  std::string long_path_;  // from an extension, for the next entry
  std::string long_link_;  // the same
  bool has_long_size_ = false;
  std::uint64_t long_size_ = 0;
};

}  // namespace ingot::tar
