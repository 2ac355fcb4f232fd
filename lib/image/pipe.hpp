// SPDX-License-Identifier: Apache-2.0
// Bytes from one thread to another, no more than a few pieces at a time: whoever writes waits for who reads.
// Thread-safe. Pieces are shared: the same one may be in several pipes.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

namespace ingot::image {

using Piece = std::shared_ptr<const std::string>;

class Pipe {
 public:
  // Waits while the pipe is full. What nobody will read any more is dropped. Throws base::Cancelled.
  void write(Piece piece, const std::stop_token& stop);
  // No more will be written.
  void end();
  // No more will be read.
  void abandon();
  // The next bytes, never none before the end. Throws base::Cancelled.
  [[nodiscard]] std::string read(const std::stop_token& stop);
  [[nodiscard]] bool is_abandoned() const;

 private:
  static constexpr std::size_t kMost = 8;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Piece> pieces_;
  bool ended_ = false;
  bool abandoned_ = false;
};

}  // namespace ingot::image
