// SPDX-License-Identifier: Apache-2.0
#include "docker/json_indent.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using ingot::docker::indent;

TEST_CASE("JSON is indented as the docker CLI does it, in its own order", "[docker]") {
  CHECK(indent(R"([{"b":1,"a":{},"c":[],"d":["x",{"y":null}]}])") ==
        "[\n    {\n        \"b\": 1,\n        \"a\": {},\n        \"c\": [],\n        \"d\": [\n"
        "            \"x\",\n            {\n                \"y\": null\n            }\n        ]\n    }\n]");
  CHECK(indent("{}") == "{}");
  CHECK(indent(" [ ] ") == "[]");
}

TEST_CASE("what is in strings stays as it is", "[docker]") {
  CHECK(indent(R"({"a":"{[,:]} \" \\","b":1})") == "{\n    \"a\": \"{[,:]} \\\" \\\\\",\n    \"b\": 1\n}");
}

TEST_CASE("indenting does not change what JSON says", "[docker]") {
  const auto json = nlohmann::json::parse(R"({"a":[1,2,[3,[]]],"b":{"c":{"d":"e"}},"f":-1.5e3})");
  CHECK(nlohmann::json::parse(indent(json.dump())) == json);
  CHECK(nlohmann::json::parse(indent(json.dump(7))) == json);
}

TEST_CASE("broken JSON makes no trouble", "[docker]") {
  for (const char* text : {"", "\"", "\"\\", "}}}", "[[[", "{\"a"}) {
    CHECK(indent(text).size() < 200);
  }
}
