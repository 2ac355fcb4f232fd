// SPDX-License-Identifier: Apache-2.0
#include "docker/stream_decoder.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace ingot::docker {

namespace {

std::string frame(char channel, std::string_view payload) {
  std::string text = {channel, '\0', '\0', '\0'};
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    text += static_cast<char>(payload.size() >> (shift - 8) & 0xFFU);
  }
  return text + std::string(payload);
}

struct Decoded {
  std::string output;
  std::string error;
  std::string system;
  bool is_whole = false;
};

Decoded decode(std::string_view bytes, std::size_t step) {
  StreamDecoder decoder;
  Decoded decoded;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    decoder.feed(bytes.substr(at, step), [&](Channel channel, std::string_view piece) {
      CHECK_FALSE(piece.empty());
      (channel == Channel::output  ? decoded.output
       : channel == Channel::error ? decoded.error
                                   : decoded.system) += piece;
    });
  }
  decoded.is_whole = decoder.is_at_boundary();
  return decoded;
}

}  // namespace

TEST_CASE("a stream of frames is the same however it is cut", "[docker]") {
  const std::string large(70'000, 'l');
  const std::string bytes = frame(1, "out\n") + frame(2, "err\n") + frame(1, "") + frame(1, large) +
                            frame(3, "trouble") + frame(2, "\0");
  const std::size_t step = GENERATE(1U, 3U, 7U, 8U, 9U, 1000U, 1'000'000U);
  const Decoded decoded = decode(bytes, step);
  CHECK(decoded.output == "out\n" + large);
  CHECK(decoded.error == "err\n");
  CHECK(decoded.system == "trouble");
  CHECK(decoded.is_whole);
}

TEST_CASE("a stream that ends inside a frame is known not to be whole", "[docker]") {
  const std::string bytes = frame(1, "abc");
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    CHECK_FALSE(decode(bytes.substr(0, size), 100).is_whole);
  }
  CHECK(decode("", 1).is_whole);
  CHECK(decode(bytes.substr(0, bytes.size() - 1), 4).output == "ab");
}

TEST_CASE("bytes that are no frames are not trusted", "[docker]") {
  const std::string head = GENERATE(std::string("\4\0\0\0\0\0\0\1", 8), std::string("\1\1\0\0\0\0\0\1", 8),
                                    std::string("\1\0\0\1\0\0\0\1", 8), std::string("\1\0\0\0\4\0\0\1", 8),
                                    std::string("\1\0\0\0\xff\xff\xff\xff", 8), std::string("plain text"));
  CHECK_THROWS_AS(decode(head, 8), base::Error);
  CHECK_THROWS_AS(decode(head, 1), base::Error);
}

}  // namespace ingot::docker
