// SPDX-License-Identifier: Apache-2.0
#include "live/messages.hpp"

#include "base/error.hpp"
#include "live/requests.hpp"
#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>

namespace ingot::live {

namespace {

std::vector<std::string> problems_in(std::string_view text) {
  try {
    static_cast<void>(read_request(text));
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    return error.failure().problems;
  }
  return {};
}

}  // namespace

TEST_CASE("Messages: a hello is read as it was written", "[live]") {
  const Hello hello{
      .resume = Position{.run = "r", .version = 7},
      .filter = {.kinds = {Kind::node, Kind::cluster}, .clusters = {"a"}, .labels = {{"k", "v"}}}};
  const auto read = std::get<Hello>(read_request(to_message(hello)));
  CHECK(read.resume->run == "r");
  CHECK(read.resume->version == 7);
  CHECK(read.filter.kinds == hello.filter.kinds);
  CHECK(read.filter.clusters == hello.filter.clusters);
  CHECK(read.filter.labels == hello.filter.labels);
  CHECK_FALSE(read.is_beside);
  CHECK_FALSE(std::get<Hello>(read_request(R"({"type":"hello"})")).resume);
}

TEST_CASE("Messages: a hello beside another one, for kinds on request besides the others", "[live]") {
  Hello hello;
  hello.filter.also = {Kind::viewer};
  hello.is_beside = true;
  const auto read = std::get<Hello>(read_request(to_message(hello)));
  CHECK(read.is_beside);
  CHECK(read.filter.asks_for(Kind::viewer));
  CHECK(read.filter.asks_for(Kind::node));
  CHECK_FALSE(read.filter.asks_for(Kind::usage));
}

TEST_CASE("Messages: everything that is wrong with what a client sends is told at once", "[live]") {
  CHECK(problems_in("{") == std::vector<std::string>{"it is not JSON"});
  CHECK(problems_in("[]") == std::vector<std::string>{"a message must be an object"});
  CHECK(problems_in("{}") == std::vector<std::string>{"type is missing"});
  CHECK(problems_in(R"({"type":"welcome"})") == std::vector<std::string>{"type 'welcome' is unknown"});
  CHECK(problems_in(
            R"({"type":"hello","resume":{"run":1,"version":-1},"filter":{"kinds":["cow"],"a":1},"b":2})") ==
        std::vector<std::string>{"resume.run must be a text", "resume.version must be a whole number",
                                 "filter.kinds must be a list of kinds of objects", "filter.a is unknown",
                                 "b is unknown"});
  CHECK(problems_in(R"({"type":"hello","filter":7})") ==
        std::vector<std::string>{"filter must be an object"});
}

TEST_CASE("Messages: requests about commands are read as they were written", "[live]") {
  const Run run{.id = "7",
                .arguments = {"cluster", "create"},
                .terminal = TerminalSize{.columns = 100, .rows = 30},
                .is_detached = true,
                .directory = "/tmp",
                .environment = {{{"A", "b"}}}};
  for (const Request& request :
       {Request(run), Request(Join{"c"}), Request(Leave{"c"}),
        Request(Input{.command = "c", .bytes = std::string("\0\xff", 2), .is_end = true}),
        Request(Signal{.command = "c", .number = 2}),
        Request(Resize{.command = "c", .terminal = {.columns = 1, .rows = 1000}})}) {
    const auto text = to_message(request);
    CAPTURE(text);
    CHECK(to_message(read_request(text)) == text);
    CHECK(read_request(text).index() == request.index());
  }
}

TEST_CASE("Messages: what no command could be given is refused", "[live]") {
  const std::string long_name = R"({"type":"hello","name":")" + std::string(200, 'x') + "\"}";
  for (const std::string text :
       {R"({"type":"run","id":"1","arguments":["a\u0000b"]})",
        R"({"type":"run","id":"1","arguments":[],"environment":{"A=B":"c"}})",
        R"({"type":"run","id":"1","arguments":[],"terminal":{"columns":0,"rows":1}})",
        R"({"type":"resize","command":"c","terminal":{"columns":1,"rows":4294967297}})",
        R"({"type":"signal","command":"c","signal":"STOP"})", R"({"type":"input","command":"c","bytes":"?"})",
        R"({"type":"hello","role":"god"})", long_name.c_str()}) {
    CAPTURE(text);
    CHECK_FALSE(problems_in(text).empty());
  }
}

TEST_CASE("Messages: what is deep or long is refused or read, never worse", "[live]") {
  CHECK_FALSE(problems_in(std::string(60'000, '[')).empty());
  CHECK_FALSE(
      problems_in(R"({"type":"hello","filter":{"labels":)" + std::string(60'000, '[') + "}}").empty());
  CHECK_FALSE(problems_in(R"({"type":")" + std::string(60'000, 'x') + "\"}").empty());
}

TEST_CASE("Messages: an engine's names need not be UTF-8", "[live]") {
  auto object = testing::node_object("a");
  object.subject.labels["note"] = "\xff\xfe";
  CHECK(object_text(object).find("\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE("Messages: data as texts for people", "[live]") {
  const auto facts = facts_of(
      {.subject = {}, .data = R"({"n":7,"of":{"rows":3,"s":"t"},"on":true,"s":"text","tags":["a","b"]})"});
  CHECK(facts == std::map<std::string, std::string>{
                     {"n", "7"}, {"of", "rows=3, s=t"}, {"on", "true"}, {"s", "text"}, {"tags", "a, b"}});
}

TEST_CASE("Messages: positions as command lines have them", "[live]") {
  const auto position = parse_position("beef:12");
  REQUIRE(position);
  CHECK(to_text(*position) == "beef:12");
  for (const char* wrong : {"", "beef", ":1", "beef:", "beef:x", "beef:-1", "beef:1 "}) {
    CHECK_FALSE(parse_position(wrong));
  }
}

}  // namespace ingot::live
