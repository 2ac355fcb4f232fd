// SPDX-License-Identifier: Apache-2.0
// A tar archive taken apart while it comes in: nothing of it is held in memory.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace ingot::tar {

// Fills at most `size` bytes, more than none; 0 at the end. May throw.
using Bytes = std::function<std::size_t(char* into, std::size_t size)>;

struct Entry {
  std::string path;  // as the archive has it: it may be absolute, or climb out by ".."
  bool is_folder = false;
};

// Calls `take` for every folder and regular file, in order; links, devices and the like are left out. Of
// `content` as much is read as is wanted. Error{untrusted} when the archive is broken or ends too early; what
// `from` and `take` throw comes out.
void read(const Bytes& from, const std::function<void(const Entry& entry, const Bytes& content)>& take);

}  // namespace ingot::tar
