// SPDX-License-Identifier: Apache-2.0
#include "live/protocol.hpp"

#include "live/messages.hpp"
#include "live/requests.hpp"
#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::live {

namespace {

using nlohmann::json;

constexpr Moment kNow{};

// Every "$ref" in a document.
void collect_references(const json& value, std::vector<std::string>& found) {
  if (value.is_object() && value.contains("$ref")) {
    found.push_back(value.at("$ref"));
  }
  if (value.is_structured()) {
    for (const auto& item : value) {
      collect_references(item, found);
    }
  }
}

}  // namespace

TEST_CASE("Protocol: what we send is what the table says", "[live]") {
  const Object object = testing::node_object("a", "running", "demo", {{"k", "v"}});
  World world;
  world.set(object, kNow);
  const auto objects = world.snapshot({}).objects;
  for (const auto& text :
       {welcome_message({.run = "r", .version = 1}, false, true, {.version = "1", .engine = "unix:///e"}),
        snapshot_message(1, objects, true), snapshot_message(1, {}, false),
        set_change(1, object.subject, object_text(object), kNow).message,
        removal_change(2, object.subject, kNow).message, bye_message("why"), error_message("what", "do"),
        started_message("1", "c"), refused_message("id", "1", "what", "do"),
        refused_message("command", "c", "what", "do"), output_message("c", true, "\xff"),
        progress_message("c", R"({"type":"stepStarted"})"), gap_message("c"), taken_message("c"),
        ended_message("c", 130), resized_message("c", {.columns = 100, .rows = 30}), joined_message("c"),
        welcome_message({.run = "r", .version = 1}, false, true, {.version = "1", .engine = "e"}, "7")}) {
    CAPTURE(text);
    CHECK(problems_of(json::parse(text), Sender::server).empty());
  }
  CHECK(problems_of(json::parse(to_message(Hello{})), Sender::client).empty());
  CHECK(progress_message("c", "no JSON").empty());
}

TEST_CASE("Protocol: data is checked by the kind of its object", "[live]") {
  auto change = json::parse(set_change(1, {}, object_text(testing::node_object("a")), kNow).message);
  change["set"]["data"].erase("role");
  CHECK(problems_of(change, Sender::server) == std::vector<std::string>{"set.data.role is missing"});
}

TEST_CASE("Protocol: every kind of object has a shape of its data", "[live]") {
  for (const Kind kind : kAllKinds) {
    CHECK_FALSE(data_shape(to_text(kind)).fields.empty());
  }
}

TEST_CASE("Protocol: the AsyncAPI document refers to nothing that it does not hold", "[live]") {
  const json document = json::parse(asyncapi_document("1.2.3"));
  CHECK(document.at("asyncapi") == "3.0.0");
  CHECK(document.at("info").at("version") == "1.2.3");
  std::vector<std::string> references;
  collect_references(document, references);
  CHECK(references.size() > 20);
  for (const auto& reference : references) {
    CAPTURE(reference);
    CHECK(document.contains(json::json_pointer(reference.substr(1))));
  }
}

TEST_CASE("Protocol: an operation for each side has the messages of that side", "[live]") {
  const json document = json::parse(asyncapi_document("1"));
  CHECK(document.at("operations").at("ask").at("messages").size() == 7);
  CHECK(document.at("operations").at("tell").at("messages").size() == 14);
}

}  // namespace ingot::live
