// SPDX-License-Identifier: Apache-2.0
// Files and folders of this machine to tar archives and back, of any size: what `cp` carries. Not
// thread-safe.
#pragma once

#include "tar/stream_reader.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct archive;

namespace ingot::tar {

// A file, or a folder with all that is in it, as an archive that is read piece by piece. Modes, times and
// symbolic links are kept; everything belongs to root.
class TreePacker {
 public:
  // `name`: what it is called in the archive. Error{invalid_input} where there is no such path.
  TreePacker(const std::string& path, const std::string& name);
  ~TreePacker();
  TreePacker(const TreePacker&) = delete;
  TreePacker& operator=(const TreePacker&) = delete;

  // As http::BodySource: how many bytes were put there; none at the end. Error{environment} for what cannot
  // be read.
  std::size_t read(char* into, std::size_t size);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// An archive of somebody's into a folder of this machine. No name leads out of it, neither by ".." nor by a
// link that lies in it. Regular files, folders and symbolic links; others are passed over. Error{untrusted}
// for such a name and for what is no archive, Error{environment} for what the system refuses.
class TreeUnpacker {
 public:
  // The folder is there. `rename`: what the archive's first part of every path becomes; empty: stays.
  TreeUnpacker(const std::string& folder, std::string rename);
  ~TreeUnpacker();
  TreeUnpacker(const TreeUnpacker&) = delete;
  TreeUnpacker& operator=(const TreeUnpacker&) = delete;

  void feed(std::string_view bytes) { reader_.feed(bytes); }
  void finish();

 private:
  void begin(const StreamReader::Entry& entry);
  void write(std::string_view bytes);
  void end();
  [[nodiscard]] std::string place_of(const std::string& path) const;
  void check(long result, const std::string& path);

  std::string folder_;
  std::string rename_;
  archive* disk_;
  bool writes_ = false;  // the entry at hand
  std::string at_;       // its path, for messages
  StreamReader reader_;
};

}  // namespace ingot::tar
