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
  // Absolute. One that ends in '/' is a folder; folders that are not listed before what is in them get 0755.
  std::string path;
  std::string content;
  int mode = 0644;
  std::string link_target;  // a symbolic link when not empty
};

[[nodiscard]] std::string pack(const std::vector<File>& files);

// Regular files and symbolic links with their modes and paths inside the archive, in its order. Errors as
// unpack().
[[nodiscard]] std::vector<File> unpack_with_links(std::string_view tar);

// Regular files by their path inside the archive. Error{untrusted} when it is broken or larger than 64 MiB.
[[nodiscard]] std::map<std::string, std::string> unpack(std::string_view tar);

}  // namespace ingot::tar
