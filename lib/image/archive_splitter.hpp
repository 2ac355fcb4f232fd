// SPDX-License-Identifier: Apache-2.0
// Passes an image archive on to several readers at once, to each without the blobs that it has already, and
// notes which images it holds. For Docker archives (manifest.json) and OCI image layouts (index.json) alike;
// what an older Docker wrote names layers by other things than their digest, and is passed on whole. The
// bytes come from outside: Error{untrusted}.
#pragma once

#include "image/pipe.hpp"
#include "tar/stream_reader.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::image {

struct ArchivedImage {
  std::string name;  // as the archive has it; empty: it has none
  std::string id;    // of its configuration, when the archive tells
};

class ArchiveSplitter {
 public:
  struct Reader {
    std::set<std::string> has;                // digests of blobs to leave out
    std::function<void(const Piece&)> write;  // pieces of its archive, in order
  };

  explicit ArchiveSplitter(std::vector<Reader> readers);

  void feed(std::string_view bytes) { archive_.feed(bytes); }
  // After the last byte. Error{untrusted} when the archive was cut off or is none of images.
  void finish();
  [[nodiscard]] const std::vector<ArchivedImage>& images() const { return images_; }

 private:
  void begin(const tar::StreamReader::Entry& entry, std::string_view head);
  void pass(std::string_view bytes);
  void flush();
  void read_docker_manifest();
  void read_index();

  std::vector<Reader> readers_;
  std::vector<bool> wants_;      // per reader: the current entry
  std::string pending_;          // for the readers in wants_
  std::string* kept_ = nullptr;  // where the current entry's content is kept, too
  std::string docker_manifest_;
  std::string index_;
  std::vector<ArchivedImage> images_;
  tar::StreamReader archive_;
};

}  // namespace ingot::image
