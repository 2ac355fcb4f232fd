// SPDX-License-Identifier: Apache-2.0
// Reads the engine's stream of events: JSON objects, one per line (Docker Engine API: SystemEvents), in
// pieces that end anywhere. Pure; the bytes are not to be trusted.
#pragma once

#include "base/lines.hpp"
#include "docker/events.hpp"

#include <string_view>
#include <vector>

namespace ingot::docker {

class EventLines {
 public:
  // Every whole event in what came so far, in order. Error{untrusted} for a line that is no event, or that is
  // longer than any event may be.
  [[nodiscard]] std::vector<Event> feed(std::string_view bytes);

 private:
  // Labels of a container are in every event of it.
  base::LineDecoder lines_{
      std::size_t{4} << 20U,
      {.code = base::ErrorCode::untrusted, .message = "an event of the engine does not end"}};
};

}  // namespace ingot::docker
