// SPDX-License-Identifier: Apache-2.0
// Takes apart the stream in which an engine mixes standard output and error of a process without a terminal.
// Format: Docker Engine API, "ContainerAttach", stream format: 8 bytes of head (channel, three zeros, length
// as a big-endian 32-bit number), then that many bytes. Pure and incremental: holds at most one partial head.
// The bytes come from outside; nonsense is Error{untrusted}.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace ingot::docker {

// As numbered on the wire. The engine reports its own trouble on `system`.
enum class Channel : std::uint8_t { input = 0, output = 1, error = 2, system = 3 };

class StreamDecoder {
 public:
  using Sink = std::function<void(Channel channel, std::string_view piece)>;

  // Gives the payload in `bytes` to `sink`, in order, in pieces as they came (never empty ones).
  void feed(std::string_view bytes, const Sink& sink);

  // False: the stream ended in the middle of a frame.
  [[nodiscard]] bool is_at_boundary() const { return head_size_ == 0 && payload_left_ == 0; }

 private:
  static constexpr std::size_t kHeadSize = 8;

  void take_head();

  std::array<unsigned char, kHeadSize> head_{};
  std::size_t head_size_ = 0;
  std::size_t payload_left_ = 0;
  Channel channel_ = Channel::output;
};

}  // namespace ingot::docker
