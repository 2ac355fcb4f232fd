// SPDX-License-Identifier: Apache-2.0
#include "http/head.hpp"

#include <catch2/catch.hpp>

namespace ingot::http {

TEST_CASE("a head is read once its empty line is there", "[http]") {
  const std::string text = "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\nX:  a b \r\n\r\nrest";
  const std::size_t end = text.find("rest");
  for (std::size_t size = 0; size < end; ++size) {
    CHECK_FALSE(parse_head(text.substr(0, size)));
  }
  const auto head = parse_head(text);
  REQUIRE(head);
  CHECK(head->answer.status == 101);
  CHECK(head->size == end);
  CHECK(head->answer.headers == Headers{{"Upgrade", "tcp"}, {"X", "a b"}});
}

TEST_CASE("a head needs no headers", "[http]") {
  const auto head = parse_head("HTTP/1.0 200 OK\r\n\r\n");
  REQUIRE(head);
  CHECK(head->answer.status == 200);
  CHECK(head->answer.headers.empty());
}

TEST_CASE("what is no head is not trusted", "[http]") {
  const std::string text = GENERATE(
      "\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/2 200\r\n\r\n",
      "HTTP/1.1 099 No\r\n\r\n", "HTTP/1.1 -12 No\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n");
  CAPTURE(text);
  CHECK_THROWS_AS(parse_head(text), base::Error);
}

TEST_CASE("a head without an end is given up", "[http]") {
  CHECK_THROWS_AS(parse_head(std::string(300'000, 'x')), base::Error);
}

TEST_CASE("a chunked body is complete with its last chunk", "[http]") {
  const std::string text = "3\r\nabc\r\nA;name=value\r\n0123456789\r\n0\r\n";
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(parse_chunked(text.substr(0, size)));
  }
  CHECK(parse_chunked(text) == "abc0123456789");
}

TEST_CASE("a chunk of any size is taken for what it is", "[http]") {
  CHECK_FALSE(parse_chunked("ffffffffffffffff\r\nabc\r\n"));
  CHECK_THROWS_AS(parse_chunked("10000000000000000\r\n"), base::Error);
  CHECK_THROWS_AS(parse_chunked("\r\n"), base::Error);
  CHECK_THROWS_AS(parse_chunked("-1\r\n"), base::Error);
  CHECK_THROWS_AS(parse_chunked("3x\r\nabc\r\n"), base::Error);
}

}  // namespace ingot::http
