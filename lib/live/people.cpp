// SPDX-License-Identifier: Apache-2.0
#include "live/people.hpp"

#include "base/text.hpp"
#include "live/wire.hpp"

#include <nlohmann/json.hpp>

namespace ingot::live {

using nlohmann::json;

Object to_object(const CommandFacts& command) {
  json data = {{"arguments", command.arguments},
               {"state", command.ended ? "Ended" : "Running"},
               {"started", base::to_rfc3339(command.started)},
               {"who", command.who},
               {"channel", command.channel}};
  if (command.terminal) {
    data["terminal"] = to_json(*command.terminal);
  }
  if (command.ended) {
    data["ended"] = base::to_rfc3339(*command.ended);
    data["code"] = command.code;
  }
  return {.subject = {.kind = Kind::command, .id = command.id, .cluster = "", .labels = {}},
          .data = to_line(data)};
}

Object to_object(const ViewerFacts& viewer) {
  return {.subject = {.kind = Kind::viewer, .id = viewer.id, .cluster = "", .labels = {}},
          .data = to_line({{"name", viewer.name},
                           {"channel", viewer.channel},
                           {"role", viewer.drives ? "driving" : "reading"},
                           {"since", base::to_rfc3339(viewer.since)}})};
}

}  // namespace ingot::live
