// SPDX-License-Identifier: Apache-2.0
#include "logs/cri_line.hpp"

#include "base/text.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace ingot;

namespace {

std::vector<std::string> split(const std::vector<std::string>& pieces) {
  logs::LineSplitter splitter;
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  };
  for (const auto& piece : pieces) {
    splitter.feed(piece, keep);
  }
  splitter.finish(keep);
  return lines;
}

}  // namespace

TEST_CASE("lines come whole, however their bytes are cut", "[logs]") {
  CHECK(split({"a\nb", "c\n", "\nd"}) == std::vector<std::string>{"a", "bc", "", "d"});
  CHECK(split({}).empty());
}

TEST_CASE("a line without end comes in parts instead of filling the memory", "[logs]") {
  const std::string piece(std::size_t{700} << 10U, 'x');
  CHECK(split({piece, piece, piece}).size() == 2);
}

TEST_CASE("a splitter stops when nobody wants more", "[logs]") {
  logs::LineSplitter splitter;
  int seen = 0;
  CHECK_FALSE(splitter.feed("a\nb\nc\n", [&](std::string_view) { return ++seen < 2; }));
  CHECK(seen == 2);
}

TEST_CASE("the container's own words come out of a line of its log", "[logs]") {
  logs::CriDecoder decoder({});
  CHECK(decoder.take("2026-01-02T03:04:05.678901234Z stderr F hello  world") == "hello  world");
  CHECK(decoder.take("2026-01-02T03:04:05Z stdout F ") == "");
  CHECK_FALSE(decoder.take("2026-01-02T03:04:05Z stdout P one "));
  CHECK_FALSE(decoder.take("2026-01-02T03:04:05Z stdout P two "));
  CHECK(decoder.take("2026-01-02T03:04:05Z stdout F three") == "one two three");
}

TEST_CASE("a line of another form is shown as it is", "[logs]") {
  logs::CriDecoder decoder({});
  for (const char* line : {"", "plain words", "2026-01-02T03:04:05Z nowhere F x", "now stdout F x"}) {
    CHECK(decoder.take(line) == line);
  }
}

TEST_CASE("lines older than wanted are left out", "[logs]") {
  logs::CriDecoder decoder(base::parse_rfc3339("2026-01-02T03:04:05Z"));
  CHECK_FALSE(decoder.take("2026-01-02T03:04:04.9Z stdout F old"));
  CHECK(decoder.take("2026-01-02T03:04:05Z stdout F new") == "new");
}
