// SPDX-License-Identifier: Apache-2.0
// However an archive is cut into pieces, the same entries come out of it, or it is refused at the same place;
// and what passes by is the archive itself, byte for byte.
#include "base/error.hpp"
#include "tar/stream_reader.hpp"
#include "tar_mutator.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using ingot::tar::StreamReader;

struct Seen {
  std::string entries;  // all that was told, but for raw bytes
  std::string raw;      // heads, contents and paddings
};

Seen read(std::string_view bytes, std::size_t step) {
  Seen seen;
  std::uint64_t left = 0;
  StreamReader reader({.begin =
                           [&](const StreamReader::Entry& entry, std::string_view head) {
                             left = entry.size;
                             seen.entries += entry.path + '\0' + std::to_string(entry.size) +
                                             std::to_string(static_cast<int>(entry.kind)) + '\n';
                             seen.raw += head;
                           },
                       .content =
                           [&](std::string_view content) {
                             if (content.empty() || content.size() > left) {
                               std::abort();
                             }
                             left -= content.size();
                             seen.raw += content;
                           },
                       .end =
                           [&](std::string_view padding) {
                             if (left != 0) {
                               std::abort();
                             }
                             seen.raw += padding;
                             seen.entries += "end\n";
                           }});
  try {
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      reader.feed(bytes.substr(at, step));
    }
    reader.finish();
    seen.entries += "whole";
  } catch (const ingot::base::Error& error) {
    seen.entries += error.failure().cause;
  }
  return seen;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto in_steps = read(bytes, std::max<std::size_t>(1, data[size - 1]));
  const auto at_once = read(bytes, bytes.size());
  if (in_steps.entries != at_once.entries || in_steps.raw != at_once.raw || !bytes.starts_with(at_once.raw)) {
    std::abort();
  }
  return 0;
}
