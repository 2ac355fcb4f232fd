// SPDX-License-Identifier: Apache-2.0
#include "docker/json_value.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

namespace ingot::docker {

namespace {

std::string cause_of(const std::string& text) {
  try {
    const JsonDocument document(text, "a thing");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::untrusted);
    CHECK(error.failure().message == "the engine's answer cannot be understood (a thing)");
    return error.failure().cause;
  }
  return "understood";
}

}  // namespace

TEST_CASE("text that is not JSON is not trusted", "[docker]") {
  CHECK(cause_of("{}") == "understood");
  CHECK(cause_of("") == "it is empty");
  const std::string text = GENERATE("{", "{}x", "<html>", "{\"a\":\"\xff\"}", "[1,]", "nul");
  CHECK(cause_of(text) == "it is not JSON, or not all of it");
}

TEST_CASE("JSON that is nested too deeply is not read", "[docker]") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(cause_of(nested(64)) == "understood");
  CHECK(cause_of(nested(65)) == "it is nested too deeply");
  CHECK(cause_of(std::string(5'000'000, '[')) == "it is nested too deeply");
  CHECK(cause_of("{\"" + std::string(100, '[') + "\\\"" + std::string(100, '{') + "\":1}") == "understood");
}

TEST_CASE("JSON that is too large is not read", "[docker]") {
  CHECK(cause_of("\"" + std::string(17U << 20U, 'x') + "\"") == "it is larger than 16.0MiB");
}

TEST_CASE("absent and null members are the empty value", "[docker]") {
  const JsonDocument document(R"({"a":null,"n":-5,"u":5,"t":true})", "a thing");
  const JsonValue root = document.root();
  for (const char* key : {"a", "absent"}) {
    CHECK(root.text(key).empty());
    CHECK(root.integer(key) == 0);
    CHECK(root.unsigned_integer(key) == 0);
    CHECK_FALSE(root.flag(key));
    CHECK(root.texts(key).empty());
    CHECK(root.text_map(key).empty());
    CHECK_FALSE(root.find(key));
    CHECK_THROWS_AS(root.at(key), base::Error);
  }
  CHECK(root.integer("n") == -5);
  CHECK(root.unsigned_integer("u") == 5);
  CHECK(root.flag("t"));
  CHECK_THROWS_AS(root.unsigned_integer("n"), base::Error);
  CHECK_THROWS_AS(root.text("n"), base::Error);
}

}  // namespace ingot::docker
