// SPDX-License-Identifier: Apache-2.0
#include "docker/event_lines.hpp"

#include "docker/json_value.hpp"

namespace ingot::docker {

namespace {

Event parse_event(std::string_view line) {
  const JsonDocument document(line, "the engine's events");
  const JsonValue root = document.root();
  const JsonValue actor = root.at("Actor");
  return {.type = root.at("Type").as_text(),
          .action = root.at("Action").as_text(),
          .id = actor.text("ID"),
          .attributes = actor.text_map("Attributes"),
          .at = std::chrono::system_clock::time_point(std::chrono::nanoseconds(root.integer("timeNano")))};
}

}  // namespace

std::vector<Event> EventLines::feed(std::string_view bytes) {
  std::vector<Event> events;
  lines_.feed(bytes, [&](std::string_view line) {
    events.push_back(parse_event(line));
    return true;
  });
  return events;
}

}  // namespace ingot::docker
