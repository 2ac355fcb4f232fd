// SPDX-License-Identifier: Apache-2.0
// Files in and out of nodes travel as tar streams (Docker's archive endpoints). Made and read with
// libarchive.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::tar {

struct File {
  std::string path;  // absolute; parent folders come from the node or are made with 0755
  std::string content;
  int mode = 0644;
  std::string link_target;  // a symbolic link when not empty
};

[[nodiscard]] std::string pack(const std::vector<File>& files);

// Regular files by their path inside the archive. Error{untrusted} when it is broken or larger than 64 MiB.
[[nodiscard]] std::map<std::string, std::string> unpack(std::string_view tar);

}  // namespace ingot::tar
