// SPDX-License-Identifier: Apache-2.0
#include "base/wait.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace std::chrono_literals;

namespace ingot::base {

TEST_CASE("a sleep ends at once when a stop is asked for", "[base]") {
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  const auto start = Clock::now();
  CHECK_THROWS_AS(sleep_for(1h, source.get_token()), Cancelled);
  CHECK(Clock::now() - start < 1min);
}

TEST_CASE("a wait that times out says what it waited for and what it last saw", "[base]") {
  try {
    wait_until("the node", Clock::now() + 5ms, 1ms, {}, [](std::string& seen) {
      seen = "NotReady";
      return false;
    });
    FAIL("did not time out");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::timed_out);
    CHECK(error.failure().message == "timed out waiting for the node");
    CHECK(error.failure().cause == "NotReady");
  }
}

TEST_CASE("a cancelled wait is not an error", "[base]") {
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(wait_until("it", Clock::now() + 1h, 1ms, source.get_token(), [](auto&) { return false; }),
                  Cancelled);
}

TEST_CASE("context grows outwards", "[base]") {
  try {
    with_context("outer", [] { with_context("inner", [] { throw Error(ErrorCode::not_found, "gone"); }); });
    FAIL("did not throw");
  } catch (const Error& error) {
    CHECK(error.failure().context == std::vector<std::string>{"inner", "outer"});
  }
}

}  // namespace ingot::base
