// SPDX-License-Identifier: Apache-2.0
// Bytes into one zstd stream while they pass by; Decompressor is the way back. Memory is bounded.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace ingot::tar {

// Not thread-safe.
class Compressor {
 public:
  // What `into` throws comes out of write() and finish().
  explicit Compressor(std::function<void(std::string_view)> into);
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // Error{unsupported} where libarchive was built without zstd.
  void write(std::string_view bytes);
  // The stream is whole only after this. Once.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::tar
