// SPDX-License-Identifier: Apache-2.0
// However a stream is cut, it decodes to the same bytes, or fails at the same place.
#include "docker/stream_decoder.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string decode(std::string_view bytes, std::size_t step) {
  ingot::docker::StreamDecoder decoder;
  std::string seen;
  const auto note = [&](ingot::docker::Channel channel, std::string_view piece) {
    for (const char c : piece) {
      seen += static_cast<char>(channel);
      seen += c;
    }
  };
  try {
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      decoder.feed(bytes.substr(at, step), note);
    }
    seen += decoder.is_at_boundary() ? "whole" : "cut";
  } catch (const ingot::base::Error&) {
    seen += "not trusted";
  }
  return seen;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = std::max<std::size_t>(1, data[0]);
  if (decode(bytes, step) != decode(bytes, std::max<std::size_t>(1, bytes.size()))) {
    std::abort();
  }
  return 0;
}
