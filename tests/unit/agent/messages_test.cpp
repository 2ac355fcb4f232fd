// SPDX-License-Identifier: Apache-2.0
#include "device-agent/messages.hpp"

#include <catch2/catch.hpp>

using namespace ingot::agent;

TEST_CASE("messages are what protoc makes of them", "[agent]") {
  CHECK(register_request("a.sock", "v.com/gpu") ==
        "\x0a\x07v1beta1\x12\x06"
        "a.sock\x1a\x09v.com/gpu");
  CHECK(device_list({"0"}) ==
        "\x0a\x0c\x0a\x01"
        "0\x12\x07Healthy");
  CHECK(device_list({}).empty());
  CHECK(allocate_response({{"v.com/gpu=0"}}) == "\x0a\x0f\x2a\x0d\x0a\x0bv.com/gpu=0");
}

TEST_CASE("an allocation is read, fields that are unknown passed over", "[agent]") {
  const auto request = read_allocate_request(
      "\x0a\x07\x0a\x01"
      "0\x0a\x02"
      "12\x10\x05");
  REQUIRE(request);
  CHECK(*request == Allocation{{"0", "12"}});
  CHECK(read_allocate_request("")->empty());
}

TEST_CASE("a choice is read, and answered by ids", "[agent]") {
  const auto choices = read_preferred_request(
      "\x0a\x0b\x0a\x01"
      "0\x0a\x01"
      "1\x12\x01"
      "1\x18\x02");
  REQUIRE(choices);
  REQUIRE(choices->size() == 1);
  CHECK(choices->front().available == std::vector<std::string>{"0", "1"});
  CHECK(choices->front().included == std::vector<std::string>{"1"});
  CHECK(choices->front().size == 2);
  CHECK_FALSE(read_preferred_request("\x0a\x02\x18\xff"));
  CHECK(preferred_response({{"0", "1"}}) ==
        "\x0a\x06\x0a\x01"
        "0\x0a\x01"
        "1");
  CHECK(plugin_options() == "\x10\x01");
}

TEST_CASE("a broken message is none", "[agent]") {
  for (const std::string text : {"\x0a",
                                 "\x0a\x05"
                                 "ab",
                                 "\x0f", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                                 "\x0a\x03\x0a\x05"
                                 "a"}) {
    CHECK_FALSE(read_allocate_request(text));
  }
}

TEST_CASE("frames are whole, or none", "[agent]") {
  const auto frame = framed(std::string(300, 'x'));
  CHECK(frame.size() == 305);
  CHECK(unframed(frame) == std::string(300, 'x'));
  CHECK_FALSE(unframed(frame.substr(0, 200)));
  CHECK_FALSE(unframed(std::string("\x01\0\0\0\0", 5)));  // compressed
}
