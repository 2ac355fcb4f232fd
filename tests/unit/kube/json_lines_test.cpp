// SPDX-License-Identifier: Apache-2.0
#include "kube/json_lines.hpp"

#include <catch2/catch.hpp>

#include <vector>

using ingot::kube::LineDecoder;

namespace {

std::vector<std::string> lines_of(const std::vector<std::string>& pieces) {
  LineDecoder decoder;
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

TEST_CASE("lines come out whole however the stream is cut", "[kube]") {
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

TEST_CASE("a reader that has enough gets no more lines", "[kube]") {
  LineDecoder decoder;
  int count = 0;
  CHECK_FALSE(decoder.feed("a\nb\nc\n", [&](std::string_view) { return ++count < 2; }));
  CHECK(count == 2);
}
