// SPDX-License-Identifier: Apache-2.0
// Reads an exported snapshot: its description, then its files and nothing else. Not to be trusted:
// Error{untrusted} for anything that an export does not write. Internal to lib/snapshot.
#pragma once

#include "snapshot/manifest.hpp"
#include "tar/stream_reader.hpp"

#include <functional>
#include <set>
#include <string>

namespace ingot::snapshot {

inline constexpr const char* kManifestFile = "manifest.json";

class Archive {
 public:
  // `from`: the next bytes of the tar; none at the end.
  explicit Archive(std::function<std::string()> from);

  // Once, before next().
  [[nodiscard]] Manifest manifest();
  // The next bytes of a tar of the files, below "snapshot/"; none at the end.
  [[nodiscard]] std::string next();

 private:
  void begin(const tar::StreamReader::Entry& entry, std::string_view head);
  void take(std::string_view content);
  void end(std::string_view padding);

  std::function<std::string()> from_;
  tar::StreamReader reader_;
  bool in_manifest_ = false;
  bool has_manifest_ = false;
  bool is_at_end_ = false;
  std::string manifest_text_;
  std::set<std::string> expected_;  // paths of parts
  std::string ready_;               // to be given out
};

}  // namespace ingot::snapshot
