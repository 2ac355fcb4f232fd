// SPDX-License-Identifier: Apache-2.0
#include "yaml/json.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::yaml {
namespace {

// The value of "a: <text>" as JSON text.
std::string json_of(const std::string& text) {
  const auto documents = read_json("a: " + text + "\n");
  REQUIRE(documents.size() == 1);
  return documents[0].at("a").dump();
}

}  // namespace

TEST_CASE("scalars have the types that sigs.k8s.io/yaml gives them", "[yaml]") {
  // Each pair was printed by sigs.k8s.io/yaml 1.4.0.
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"yes", "true"},
      {"y", "true"},
      {"Off", "false"},
      {"tRue", R"("tRue")"},
      {"~", "null"},
      {"", "null"},
      {"nUll", R"("nUll")"},
      {"010", "8"},
      {"0o10", "8"},
      {"08", "8"},
      {"0o8", R"("0o8")"},
      {"0x1F", "31"},
      {"-0x10", "-16"},
      {"0b101", "5"},
      {"0x", R"("0x")"},
      {"1_000", "1000"},
      {"_1", R"("_1")"},
      {"+12", "12"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551615", "18446744073709551615"},
      {"1.30", "1.3"},
      {".5", "0.5"},
      {"1.", "1"},
      {"1e3", "1000"},
      {"1e", R"("1e")"},
      {"1e400", R"("1e400")"},
      {"1.36.1", R"("1.36.1")"},
      {"2001-01-01", R"("2001-01-01")"},
      {"190:20:30", R"("190:20:30")"},
      {R"("1")", R"("1")"},
      {"'yes'", R"("yes")"},
      {"!!str 1", R"("1")"},
      {R"(!!int "1")", "1"},
      {"!!binary aGVsbG8=", R"("hello")"},
      {"!own bar", R"("bar")"},
      {"|\n  x", R"("x\n")"},
  };
  for (const auto& [text, json] : cases) {
    INFO(text);
    CHECK(json_of(text) == json);
  }
}

TEST_CASE("keys become strings and the last of two equal keys wins", "[yaml]") {
  CHECK(read_json("{1: a, true: b, 1.5: c}")[0].dump() == R"({"1":"a","1.5":"c","true":"b"})");
  CHECK(read_json("a: 1\na: 2\n")[0].dump() == R"({"a":2})");
}

TEST_CASE("what JSON cannot hold is refused with its line", "[yaml]") {
  for (const auto* bad : {"a: .inf", "a: .nan", "~: a", "? [a]\n: b", "a: !!binary /w=="}) {
    INFO(bad);
    CHECK_THROWS_AS(read_json(bad), base::Error);
  }
}

TEST_CASE("written YAML quotes every string and sorts keys", "[yaml]") {
  const auto value = nlohmann::json::parse(
      R"({"b":"1.30","a":{"yes":true,"on":"off","list":[1,{"k":"v","l":[]},["x"]],"none":null},"":{}})");
  CHECK(to_yaml(value) == R"("": {}
a:
  list:
  - 1
  - k: "v"
    l: []
  - - "x"
  none: null
  "on": "off"
  "yes": true
b: "1.30"
)");
}

TEST_CASE("whatever is written reads back the same", "[yaml]") {
  const std::vector<std::string> texts = {"",
                                          "yes",
                                          "1.30",
                                          "010",
                                          "a: b",
                                          " lead",
                                          "#no",
                                          "line\nline",
                                          "tab\there",
                                          "quote\"back\\",
                                          "\x7F",
                                          "\xC2\x85",
                                          "\xE2\x80\xA8",
                                          "\xEF\xBB\xBF",
                                          "\xF0\x9F\x98\x80",
                                          "\x01\x1F",
                                          "---",
                                          "*a",
                                          "{}"};
  for (const auto& text : texts) {
    nlohmann::json value;
    value[text.empty() ? "k" : text] = {text, {{"nested", text}}};
    INFO(to_yaml(value));
    CHECK(read_json(to_yaml(value))[0] == value);
  }
}

}  // namespace ingot::yaml
