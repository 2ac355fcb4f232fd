// SPDX-License-Identifier: Apache-2.0
#include "docker/stream_decoder.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace ingot::docker {

namespace {

// Engines write frames of some KiB (a log line, a pipe's buffer). A larger one is a stream that is not
// framed.
constexpr std::size_t kMaxFrame = 64U << 20U;

[[noreturn]] void throw_not_framed(const char* cause) {
  throw base::Error(base::ErrorCode::untrusted, "the engine's output stream cannot be understood", cause);
}

}  // namespace

void StreamDecoder::take_head() {
  if (head_[0] > static_cast<unsigned char>(Channel::system) || head_[1] != 0 || head_[2] != 0 ||
      head_[3] != 0) {
    throw_not_framed("a frame of an unknown channel");
  }
  channel_ = static_cast<Channel>(head_[0]);
  payload_left_ = std::size_t{head_[4]} << 24U | std::size_t{head_[5]} << 16U | std::size_t{head_[6]} << 8U |
                  std::size_t{head_[7]};
  if (payload_left_ > kMaxFrame) {
    throw_not_framed("a frame of an impossible length");
  }
  head_size_ = 0;
}

void StreamDecoder::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    if (payload_left_ == 0) {
      const std::size_t wanted = std::min(kHeadSize - head_size_, bytes.size());
      std::copy_n(bytes.begin(), wanted, head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
      head_size_ += wanted;
      bytes.remove_prefix(wanted);
      if (head_size_ == kHeadSize) {
        take_head();
      }
      continue;
    }
    const std::string_view piece = bytes.substr(0, payload_left_);
    payload_left_ -= piece.size();
    bytes.remove_prefix(piece.size());
    sink(channel_, piece);
  }
}

}  // namespace ingot::docker
