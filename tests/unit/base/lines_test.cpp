// SPDX-License-Identifier: Apache-2.0
#include "base/lines.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace ingot::base;

namespace {

LineDecoder of_short_lines() {
  return {64, {.code = ErrorCode::untrusted, .message = "a line without an end"}};
}

std::vector<std::string> lines_of(const std::vector<std::string>& pieces) {
  auto decoder = of_short_lines();
  std::vector<std::string> lines;
  for (const std::string& piece : pieces) {
    CHECK(decoder.feed(piece, [&](std::string_view line) {
      lines.emplace_back(line);
      return true;
    }));
  }
  return lines;
}

}  // namespace

TEST_CASE("lines come out whole however the stream is cut", "[base]") {
  const std::string text = "{\"a\":1}\n{\"b\":\"\xC3\xA9\"}\r\n\n{\"c\":3}\nrest";
  const std::vector<std::string> expected{"{\"a\":1}", "{\"b\":\"\xC3\xA9\"}", "{\"c\":3}"};
  CHECK(lines_of({text}) == expected);
  for (std::size_t size = 1; size < text.size(); ++size) {
    std::vector<std::string> pieces;
    for (std::size_t i = 0; i < text.size(); i += size) {
      pieces.push_back(text.substr(i, size));
    }
    CHECK(lines_of(pieces) == expected);
  }
}

TEST_CASE("a reader that has enough gets no more lines", "[base]") {
  auto decoder = of_short_lines();
  int count = 0;
  CHECK_FALSE(decoder.feed("a\nb\nc\n", [&](std::string_view) { return ++count < 2; }));
  CHECK(count == 2);
}

TEST_CASE("a line that never ends is given up", "[base]") {
  auto decoder = of_short_lines();
  const auto no_line = [](std::string_view) { return true; };
  CHECK(decoder.feed(std::string(64, 'x'), no_line));
  CHECK_THROWS_WITH(decoder.feed("x", no_line), Catch::Contains("a line without an end"));
}

TEST_CASE("what is left at the end can be had once", "[base]") {
  auto decoder = of_short_lines();
  decoder.feed("a\nb", [](std::string_view) { return true; });
  CHECK(decoder.take_rest() == "b");
  CHECK(decoder.take_rest().empty());
}
