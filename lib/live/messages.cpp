// SPDX-License-Identifier: Apache-2.0
#include "live/messages.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "live/protocol.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace ingot::live {

namespace {

using base::Error;
using base::ErrorCode;
using nlohmann::json;

// What the engine calls things need not be UTF-8.
std::string to_line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json parse(std::string_view text, Sender sender) {
  json message = json::parse(text, nullptr, false);
  auto problems =
      message.is_discarded() ? std::vector<std::string>{"it is not JSON"} : problems_of(message, sender);
  if (!problems.empty()) {
    throw Error({.code = sender == Sender::client ? ErrorCode::invalid_input : ErrorCode::untrusted,
                 .message = "a message is not as the live API has it",
                 .cause = base::join(problems, "; "),
                 .problems = std::move(problems)});
  }
  return message;
}

json position_json(const Position& position) {
  return {{"run", position.run}, {"version", position.version}};
}

json filter_json(const Filter& filter) {
  json kinds = json::array();
  for (const Kind kind : filter.kinds) {
    kinds.push_back(to_text(kind));
  }
  return {{"kinds", kinds}, {"clusters", filter.clusters}, {"labels", filter.labels}};
}

Filter to_filter(const json& value) {
  Filter filter;
  for (const auto& kind : value.value("kinds", json::array())) {
    filter.kinds.push_back(*to_kind(kind.get_ref<const std::string&>()));
  }
  filter.clusters = value.value("clusters", filter.clusters);
  filter.labels = value.value("labels", filter.labels);
  return filter;
}

json removed_json(const Subject& subject) {
  json value = {{"kind", to_text(subject.kind)}, {"id", subject.id}};
  if (!subject.cluster.empty()) {
    value["cluster"] = subject.cluster;
  }
  return value;
}

Subject to_subject(const json& value) {
  return {.kind = *to_kind(value.at("kind").get_ref<const std::string&>()),
          .id = value.at("id"),
          .cluster = value.value("cluster", ""),
          .labels = value.value("labels", std::map<std::string, std::string>())};
}

Object to_object(const json& value) {
  return {.subject = to_subject(value), .data = value.at("data").dump()};
}

}  // namespace

std::optional<Position> parse_position(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return std::nullopt;
  }
  Position position{.run = std::string(text.substr(0, colon))};
  const auto number = text.substr(colon + 1);
  const auto* end = number.data() + number.size();
  const auto result = std::from_chars(number.data(), end, position.version);
  return result.ec == std::errc() && result.ptr == end ? std::optional(position) : std::nullopt;
}

std::string to_text(const Position& position) {
  return fmt::format("{}:{}", position.run, position.version);
}

std::string object_text(const Object& object) {
  json value = removed_json(object.subject);
  value["labels"] = object.subject.labels;
  value["data"] = json::parse(object.data);
  return to_line(value);
}

std::map<std::string, std::string> facts_of(const Object& object) {
  std::map<std::string, std::string> facts;
  const json data = json::parse(object.data);
  for (const auto& [name, value] : data.items()) {
    if (value.is_array()) {
      facts[name] = base::join(value.get<std::vector<std::string>>(), ", ");
    } else if (value.is_object()) {
      for (const auto& [key, text] : value.items()) {
        facts[name] += (facts[name].empty() ? "" : ", ") + key + "=" + text.get<std::string>();
      }
    } else {
      facts[name] = value.is_string() ? value.get<std::string>() : to_line(value);
    }
  }
  return facts;
}

std::string welcome_message(const Position& now, bool is_resumed, const ServerInfo& server) {
  json message = position_json(now);
  message.update({{"type", "welcome"},
                  {"resumed", is_resumed},
                  {"server", {{"version", server.version}, {"engine", server.engine}}}});
  return to_line(message);
}

std::string snapshot_message(Version version, const std::vector<ChangePtr>& objects, bool is_complete) {
  std::string message =
      fmt::format(R"({{"type":"snapshot","version":{},"complete":{},"objects":[)", version, is_complete);
  for (const auto& object : objects) {
    message += object == objects.front() ? "" : ",";
    message += object->object();
  }
  return message + "]}";
}

Change set_change(Version version, const Subject& subject, const std::string& object, Moment at) {
  Change change{.version = version, .subject = subject, .at = at, .message = {}};
  change.message = fmt::format(R"({{"type":"change","version":{},"set":)", version);
  change.object_begin = change.message.size();
  change.object_size = object.size();
  change.message += object + "}";
  return change;
}

Change removal_change(Version version, const Subject& subject, Moment at) {
  return {.version = version,
          .subject = subject,
          .is_removal = true,
          .at = at,
          .message = fmt::format(R"({{"type":"change","version":{},"removed":{}}})", version,
                                 to_line(removed_json(subject)))};
}

std::string bye_message(std::string_view reason) {
  return to_line({{"type", "bye"}, {"reason", reason}});
}

std::string error_message(std::string_view message, std::string_view remedy) {
  return to_line({{"type", "error"}, {"message", message}, {"remedy", remedy}});
}

std::string hello_message(const Hello& hello) {
  json message = {{"type", "hello"}, {"filter", filter_json(hello.filter)}};
  if (hello.resume) {
    message["resume"] = position_json(*hello.resume);
  }
  return to_line(message);
}

Hello read_hello(std::string_view text) {
  const json message = parse(text, Sender::client);
  Hello hello{.resume = std::nullopt, .filter = to_filter(message.value("filter", json::object()))};
  if (message.contains("resume")) {
    const json& resume = message.at("resume");
    hello.resume = Position{.run = resume.at("run"), .version = resume.at("version")};
  }
  return hello;
}

Received read_server_message(std::string_view text) {
  const json message = parse(text, Sender::server);
  Received received{.type = message.at("type"), .version = message.value("version", Version{0})};
  if (received.type == "welcome") {
    const json& server = message.at("server");
    received.welcome = Position{.run = message.at("run"), .version = received.version};
    received.server = {.version = server.at("version"), .engine = server.at("engine")};
    received.is_resumed = message.at("resumed");
  }
  received.is_complete = message.value("complete", false);
  for (const auto& object : message.value("objects", json::array())) {
    received.objects.push_back(to_object(object));
  }
  if (message.contains("set")) {
    received.objects.push_back(to_object(message.at("set")));
  }
  if (message.contains("removed")) {
    received.removed = to_subject(message.at("removed"));
  }
  received.reason = message.value("reason", message.value("message", ""));
  return received;
}

void Bookmark::take(const Received& message) {
  if (message.welcome) {
    run_ = message.welcome->run;
    position_ = message.is_resumed ? message.welcome : std::nullopt;
  } else if (message.type == "change" || message.is_complete) {
    position_ = Position{.run = run_, .version = message.version};
  }
}

}  // namespace ingot::live
