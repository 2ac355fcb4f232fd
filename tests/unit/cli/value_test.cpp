// SPDX-License-Identifier: Apache-2.0
#include "output/value.hpp"

#include <yaml-cpp/yaml.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using ingot::cli::output::Value;

namespace {

Value sample() {
  return Value::Object{{"name", "a"},
                       {"version", "1.30"},
                       {"none", Value()},
                       {"count", 3},
                       {"share", 0.25},
                       {"ready", true},
                       {"empty", Value::List{}},
                       {"items", Value::List{Value::Object{{"x", 1}, {"y", Value::List{"p", "q"}}}, "z"}}};
}

}  // namespace

TEST_CASE("a result as JSON keeps the order of its members") {
  CHECK(sample().to_json_line() ==
        R"({"name":"a","version":"1.30","none":null,"count":3,"share":0.25,"ready":true,"empty":[],)"
        R"("items":[{"x":1,"y":["p","q"]},"z"]})");
}

TEST_CASE("pretty JSON says the same as JSON on one line") {
  CHECK(nlohmann::json::parse(sample().to_json()) == nlohmann::json::parse(sample().to_json_line()));
  CHECK(Value(Value::Object{{"a", 1}, {"b", Value::List{2}}}).to_json() ==
        "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n");
  CHECK(Value(Value::List{}).to_json() == "[]\n");
}

TEST_CASE("a result as YAML reads like its JSON") {
  CHECK(sample().to_yaml() ==
        "name: a\n"
        "version: \"1.30\"\n"
        "none: null\n"
        "count: 3\n"
        "share: 0.25\n"
        "ready: true\n"
        "empty: []\n"
        "items:\n"
        "- x: 1\n"
        "  \"y\":\n"
        "  - p\n"
        "  - q\n"
        "- z\n");
}

TEST_CASE("texts that YAML readers take for something else are quoted") {
  for (const std::string text :
       {"1.30", "yes", "No", "null", "~", "", "a: b", "- a", "010", "#x", "on", "0x1f", "two\nlines", "end ",
        "{}", "1e3", "2026-11-21", "\"", "back\\slash"}) {
    const auto yaml = Value(Value::Object{{"key", text}}).to_yaml();
    INFO(yaml);
    const auto node = YAML::Load(yaml)["key"];
    CHECK(node.Tag() == "!");
    CHECK(node.as<std::string>() == text);
  }
}

TEST_CASE("bytes that are not UTF-8 are replaced and never break the JSON") {
  for (const std::string text :
       {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "ok\x80ok"}) {
    const auto line = Value(text).to_json_line();
    CHECK(nlohmann::json::accept(line));
    CHECK(line.find("\\ufffd") != std::string::npos);
  }
  CHECK(Value("\x1b[31m\x7f").to_json_line() == "\"\\u001b[31m\\u007f\"");
  CHECK(Value("€ 𝄞").to_json_line() == "\"€ 𝄞\"");
}
