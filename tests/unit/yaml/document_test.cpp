// SPDX-License-Identifier: Apache-2.0
#include "yaml/document.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace ingot::yaml {
namespace {

std::string problem_of(const std::function<void()>& parse) {
  try {
    parse();
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    return error.failure().problems.empty() ? error.failure().cause : error.failure().problems.front();
  }
  return "accepted";
}

std::string problem_in(const std::string& text) {
  return problem_of([&] { (void)parse_all(text); });
}

}  // namespace

TEST_CASE("a tree knows lines, quoting and duplicate keys", "[yaml]") {
  const Node root = parse_first("a: 1\nb:\n  - x\n  - \"y\"\na: 2\n");
  REQUIRE(root.kind == Kind::mapping);
  REQUIRE(root.entries.size() == 3);
  CHECK(root.entries[2].key.text == "a");
  CHECK(root.entries[2].key.line == 5);
  const Node& list = root.entries[1].value;
  REQUIRE(list.items.size() == 2);
  CHECK(list.items[0].tag.empty());
  CHECK(list.items[1].tag == "!");
  CHECK(list.items[1].line == 4);
}

TEST_CASE("only the first document is read, and every document when asked", "[yaml]") {
  CHECK(parse_first("a\n---\n{unclosed").text == "a");
  CHECK(parse_first("# nothing\n").kind == Kind::null);
  CHECK(parse_first("---\n---\nsecond\n").kind == Kind::null);
  const auto all = parse_all("# c\n---\none\n--- two\n...\n# c\nthree\n---\n");
  REQUIRE(all.size() == 4);
  CHECK(all[0].text == "one");
  CHECK(all[1].text == "two");
  CHECK(all[2].text == "three");
  CHECK(all[2].line == 7);
  CHECK(all[3].kind == Kind::null);
  CHECK(parse_all("").empty());
  CHECK(parse_first("a: |\n  --- x\n   ---\n").entries[0].value.text == "--- x\n ---\n");
}

TEST_CASE("a byte order mark and Windows line ends are read over", "[yaml]") {
  const auto all = parse_all("\xEF\xBB\xBF---\r\na: 1\r\n---\r\nb: 2\r\n");
  REQUIRE(all.size() == 2);
  CHECK(all[1].entries[0].value.text == "2");
}

TEST_CASE("aliases and merge keys are expanded, own keys win over merged ones", "[yaml]") {
  const Node root = parse_first("x: &x {k: 1, l: 2}\ny: {<<: *x, k: 3}\nz: *x\n");
  const Node& merged = root.entries[1].value;
  REQUIRE(merged.entries.size() == 2);
  CHECK(merged.entries[0].value.text == "3");
  CHECK(merged.entries[1].value.text == "2");
  CHECK(root.entries[2].value.entries.size() == 2);
  CHECK(parse_first("\"<<\": x").entries[0].key.text == "<<");
}

TEST_CASE("what is not YAML is refused with its line", "[yaml]") {
  CHECK(problem_in("a: 1\nb: [1,\n") == "line 3: a '[' has no ']'");
  CHECK(problem_in("a: b: c\n") ==
        "line 1: no ':' can stand here; check the indentation, and quote texts that hold ': '");
  CHECK(problem_in("a: *nothing\n") == "line 1: the referenced anchor is not defined");
  CHECK(problem_in("ok: 1\n---\na: &a [*a]\n") == "line 3: an alias stands inside what it refers to");
  CHECK(problem_in("{a: 1}\n b: 2\n") == "line 2: this belongs to nothing that stands before it");
  CHECK(problem_in("a:\n  <<: 7\n") == "line 2: '<<' merges mappings, and this is none");
}

TEST_CASE("what is not text is refused with its line", "[yaml]") {
  CHECK(problem_in("a: 1\nb: \xFF\n") == "line 2: is not UTF-8 text");
  CHECK(problem_in("a: \xC0\x80") == "line 1: is not UTF-8 text");
  CHECK(problem_in("a: \xED\xA0\x80") == "line 1: is not UTF-8 text");
  CHECK(problem_in("a: \xF4\x90\x80\x80") == "line 1: is not UTF-8 text");
  CHECK(problem_in("a: \xE2\x82") == "line 1: is not UTF-8 text");
  CHECK(problem_in(std::string("a\n\n\0", 4)) == "line 3: holds a control character");
  CHECK(problem_in("a: \x04") == "line 1: holds a control character");
  CHECK(problem_in("a: \xF0\x9F\x98\x80 \xC3\xA4") == "accepted");
}

TEST_CASE("expansion, depth and size are limited", "[yaml]") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const auto previous = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + previous;
    for (int n = 0; n < 9; ++n) {
      bomb += ", " + previous;
    }
    bomb += "]\n";
  }
  CHECK(problem_in(bomb) == "line 4: aliases make more than 20000 values or 4194304 bytes of the text");

  std::string long_scalars = "a: &a \"" + std::string(500'000, 'x') + "\"\n";
  for (int i = 0; i < 100; ++i) {
    long_scalars += "b" + std::to_string(i) + ": *a\n";
  }
  CHECK(problem_in(long_scalars) ==
        "line 9: aliases make more than 20000 values or 4194304 bytes of the text");

  std::string many = "[";
  for (int i = 0; i < 100'000; ++i) {
    many += "x,\n";
  }
  CHECK(problem_in(many + "]") == "line 100000: more than 100000 values");

  CHECK(problem_in(std::string(65, '[') + std::string(65, ']')) == "line 1: nested more than 64 levels deep");
  CHECK(problem_in(std::string(100'000, '[')) == "line 1: nested more than 64 levels deep");
  const auto half = std::string(40, '[') + "x" + std::string(40, ']');
  CHECK(problem_in("a: &a " + half + "\nb: " + std::string(40, '[') + "*a" + std::string(40, ']')) ==
        "line 2: nested more than 64 levels deep");
  CHECK(problem_in("a: \"" + std::string(1 << 20, 'x') + "\"") == "1048581 bytes, and 1048576 are the limit");
}

}  // namespace ingot::yaml
