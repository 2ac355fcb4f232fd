// SPDX-License-Identifier: Apache-2.0
// One request and its answer: what libcurl calls back into. Lives on the stack of the calling thread for the
// length of the transfer. No exception may pass through libcurl's C frames, so what a sink or source throws
// is kept and thrown again on the same thread afterwards.
#pragma once

#include "http/client.hpp"
#include "http/curl_handle.hpp"

#include <array>
#include <cstddef>
#include <exception>
#include <string_view>

namespace ingot::http {

// A body that we collect may not be larger; nor may all the heads of one answer.
inline constexpr std::size_t kMaxBody = 64U << 20U;
inline constexpr std::size_t kMaxHead = 256U << 10U;

class Exchange {
 public:
  // Borrows all three; `sink` may be null.
  Exchange(const Endpoint& endpoint, const Request& request, const BodySink* sink);

  // Puts the request and our callbacks on the handle.
  void apply_to(void* easy);

  // Judges what the transfer came to: returns if the answer is complete (or the sink had enough), throws what
  // a callback threw, or Error{untrusted} past our limits. False: the caller has to report libcurl's error.
  [[nodiscard]] bool is_settled(bool transfer_ok) const;

  [[nodiscard]] Response take_response() { return std::move(response_); }
  [[nodiscard]] const char* error_text() const { return error_text_.data(); }

  // What the callbacks do. Each returns what libcurl expects of it.
  std::size_t take_head(std::string_view line);
  std::size_t take_body(std::string_view piece);
  std::size_t give_body(char* into, std::size_t size);
  bool may_send();

 private:
  enum class End { none, sink_done, too_large };

  void apply_body(void* easy);
  void apply_headers(void* easy);
  [[nodiscard]] std::string_view fixed_body() const;

  const Endpoint& endpoint_;
  const Request& request_;
  const BodySink* sink_;
  Response response_;
  StringList headers_;
  std::size_t head_bytes_ = 0;
  int sendings_ = 0;
  End end_ = End::none;
  std::exception_ptr thrown_;
  std::array<char, 256> error_text_{};  // CURL_ERROR_SIZE
};

}  // namespace ingot::http
