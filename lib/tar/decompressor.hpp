// SPDX-License-Identifier: Apache-2.0
// Archives that are compressed as a whole, by gzip or zstd, as what they were before; what is not compressed
// stays as it is. Which of these it is, its first bytes tell. A stream: memory is bounded (by zstd's largest
// window, 128 MiB; else less than 1 MiB) however much comes out.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace ingot::tar {

// Not thread-safe.
class Decompressor {
 public:
  // `from`: the next bytes; none at the end. May throw.
  explicit Decompressor(std::function<std::string()> from);
  ~Decompressor();
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  // The next bytes; none at the end. Error{untrusted} for what cannot be decompressed or is cut off; what
  // `from` throws comes out. Checksums of gzip are not looked at: headers of archives have their own, and
  // parts of images have digests.
  [[nodiscard]] std::string read();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::tar
