// SPDX-License-Identifier: Apache-2.0
// Any bytes as an image archive, for a reader that lacks everything and for one that has a blob: the first
// gets what came, the second no more than that, and what is told of it does not depend on how it came.
#include "base/error.hpp"
#include "image/archive_splitter.hpp"
#include "tar_mutator.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using ingot::image::ArchiveSplitter;
using ingot::image::Piece;

// The blob in the seeds.
constexpr const char* kKnown = "sha256:5809269daf2d55e988b09feecc13180c284754e4d2376d0f7297ab7c6a90b358";

struct Split {
  std::string told;
  std::string whole;
  std::string rest;
};

Split split(std::string_view bytes, std::size_t step) {
  Split result;
  const auto into = [](std::string& text) { return [&text](const Piece& piece) { text += *piece; }; };
  ArchiveSplitter splitter(
      {{.has = {}, .write = into(result.whole)}, {.has = {kKnown}, .write = into(result.rest)}});
  try {
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      splitter.feed(bytes.substr(at, step));
    }
    splitter.finish();
    result.told = "whole";
  } catch (const ingot::base::Error& error) {
    result.told = error.failure().cause;
  }
  for (const auto& image : splitter.images()) {
    result.told += '\n' + image.name + ' ' + image.id;
  }
  return result;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto in_steps = split(bytes, std::max<std::size_t>(1, data[size - 1]));
  const auto at_once = split(bytes, bytes.size());
  if (in_steps.told != at_once.told || at_once.rest.size() > at_once.whole.size()) {
    std::abort();
  }
  // Behind what came are the blocks that end an archive.
  const std::string_view whole(at_once.whole);
  const auto common = std::mismatch(whole.begin(), whole.end(), bytes.begin(), bytes.end()).first;
  if (std::any_of(common, whole.end(), [](char c) { return c != '\0'; })) {
    std::abort();
  }
  return 0;
}
