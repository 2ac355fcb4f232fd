// SPDX-License-Identifier: Apache-2.0
#include "image/pipe.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

namespace ingot::image {

namespace {

Piece piece(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

TEST_CASE("a pipe gives what was written, in order, and then its end", "[image]") {
  Pipe pipe;
  std::string got;
  std::jthread reader([&] {
    for (std::string text = pipe.read({}); !text.empty(); text = pipe.read({})) {
      got += text;
    }
  });
  std::string sent;
  for (int i = 0; i < 1000; ++i) {
    sent += std::to_string(i);
    pipe.write(piece(std::to_string(i)), {});
  }
  pipe.end();
  reader.join();
  CHECK(got == sent);
}

TEST_CASE("whoever writes to a full pipe waits for the reader, or until told to stop", "[image]") {
  Pipe pipe;
  std::stop_source stop;
  std::atomic<int> written{0};
  bool cancelled = false;
  std::jthread writer([&] {
    try {
      for (;;) {
        pipe.write(piece("x"), stop.get_token());
        ++written;
      }
    } catch (const base::Cancelled&) {
      cancelled = true;
    }
  });
  CHECK(pipe.read({}) == "x");
  stop.request_stop();
  writer.join();
  CHECK(cancelled);
  CHECK(written < 20);
}

TEST_CASE("what nobody reads any more is dropped", "[image]") {
  Pipe pipe;
  pipe.abandon();
  for (int i = 0; i < 100; ++i) {
    pipe.write(piece("x"), {});
  }
  CHECK(pipe.is_abandoned());
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(pipe.read(stop.get_token()), base::Cancelled);
}

}  // namespace ingot::image
