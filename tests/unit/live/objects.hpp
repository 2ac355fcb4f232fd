// SPDX-License-Identifier: Apache-2.0
// Objects for tests of the live API, and what a client makes of messages.
#pragma once

#include "live/messages.hpp"
#include "live/world.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

namespace ingot::testing {

inline live::Object node_object(const std::string& name, const std::string& state = "running",
                                const std::string& cluster = "demo",
                                std::map<std::string, std::string> labels = {}) {
  return {.subject = {.kind = live::Kind::node, .id = name, .cluster = cluster, .labels = std::move(labels)},
          .data = fmt::format(
              R"({{"address":"172.18.0.2","containerId":"c0ffee","created":"2026-01-02T03:04:05Z",)"
              R"("image":"kindest/node:v1.34.0","role":"worker","state":"{}"}})",
              state)};
}

// What a client knows that has taken every message in turn: object -> its text.
class Known {
 public:
  std::map<std::pair<live::Kind, std::string>, std::string> objects;
  live::Version version = 0;  // that it can resume from
  live::Bookmark bookmark;
  bool is_in_order = true;  // versions of changes only grow

  void take(const std::string& message) {
    const auto received = live::read_server_message(message);
    if (received.type == "snapshot" && is_new_snapshot_) {
      objects.clear();
    }
    is_new_snapshot_ = received.type != "snapshot" || received.is_complete;
    if (received.type == "change") {
      is_in_order = is_in_order && received.version > version;
    }
    bookmark.take(received);
    version = bookmark.position() ? bookmark.position()->version : 0;
    for (const auto& object : received.objects) {
      objects[{object.subject.kind, object.subject.id}] = live::object_text(object);
    }
    if (received.removed) {
      objects.erase({received.removed->kind, received.removed->id});
    }
  }

 private:
  bool is_new_snapshot_ = true;
};

}  // namespace ingot::testing
