// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace ingot::base {

TEST_CASE("addresses and prefixes tell their family", "[base]") {
  CHECK(is_ipv6("fd00::2"));
  CHECK(is_ipv6("fd00:10:244::/56"));
  CHECK(is_ipv6("::"));
  CHECK_FALSE(is_ipv6("172.18.0.2"));
  CHECK_FALSE(is_ipv6("10.96.0.0/16"));
  CHECK_FALSE(is_ipv6("a-control-plane"));
}

TEST_CASE("an IPv6 address stands in brackets before its port", "[base]") {
  CHECK(host_and_port("172.18.0.2", 6443) == "172.18.0.2:6443");
  CHECK(host_and_port("a-control-plane", 80) == "a-control-plane:80");
  CHECK(host_and_port("fd00::2", 6443) == "[fd00::2]:6443");
}

TEST_CASE("durations are read in Go's notation", "[base]") {
  CHECK(parse_duration("90s") == 90s);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("0") == 0ms);
  for (const auto* bad : {"", "5", "s", "5x", "-1s", "1.2.3s", "99999999999999s", "1 s"}) {
    INFO(bad);
    CHECK_FALSE(parse_duration(bad));
  }
}

TEST_CASE("durations and sizes are printed for people", "[base]") {
  CHECK(to_text(420ms) == "0.42s");
  CHECK(to_text(12'340ms) == "12.3s");
  CHECK(to_text(245s) == "4m05s");
  CHECK(to_text(2h + 10min) == "2h10m");
  CHECK(to_text(49h) == "2d01h");
  CHECK(to_size_text(512) == "512B");
  CHECK(to_size_text(2'254'857'830) == "2.1GiB");
  CHECK(to_size_text(536'870'912) == "512MiB");
}

TEST_CASE("base64 goes there and back, and refuses what is not base64", "[base]") {
  CHECK(to_base64("") == "");
  CHECK(to_base64("f") == "Zg==");
  CHECK(to_base64("fo") == "Zm8=");
  CHECK(to_base64("foobar") == "Zm9vYmFy");
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "\xff\x01"}) {
    CHECK(from_base64(to_base64(bytes)) == bytes);
  }
  CHECK(from_base64("Zm9v\nYmFy") == "foobar");
  for (const auto* bad : {"Z", "Zg===", "Zg=a", "Z!==", "=Zg="}) {
    INFO(bad);
    CHECK_FALSE(from_base64(bad));
  }
}

TEST_CASE("split and join keep empty parts", "[base]") {
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(join({"", "b"}, "/") == "/b");
}

TEST_CASE("text is percent-encoded for URLs", "[base]") {
  CHECK(percent_encode(R"({"label":["a=b"]})") == "%7B%22label%22%3A%5B%22a%3Db%22%5D%7D");
}

TEST_CASE("times are RFC 3339 in UTC", "[base]") {
  const auto time = parse_rfc3339("2026-11-21T06:50:25.123456789Z");
  REQUIRE(time);
  CHECK(to_rfc3339(*time) == "2026-11-21T06:50:25Z");
  CHECK(day_of(*time) == "2026-11-21");
  CHECK(parse_rfc3339("2026-11-21T07:50:25+01:00") == time);
  CHECK_FALSE(parse_rfc3339("yesterday"));
  CHECK_FALSE(parse_rfc3339("2026-11-21T06:50:25"));
  // Engines say "never" so. The clock, which counts nanoseconds, reaches from 1677 to 2262.
  CHECK_FALSE(parse_rfc3339("0001-01-01T00:00:00Z"));
  CHECK_FALSE(parse_rfc3339("9999-12-31T23:59:59Z"));
}

}  // namespace ingot::base
