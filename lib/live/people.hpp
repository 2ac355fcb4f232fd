// SPDX-License-Identifier: Apache-2.0
// What goes on at the server itself, as objects: who looks, and what is run. Pure.
#pragma once

#include "live/object.hpp"
#include "live/requests.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ingot::live {

struct CommandFacts {
  std::string id;
  std::vector<std::string> arguments;
  std::string who;
  std::string channel;
  std::optional<TerminalSize> terminal;  // that it runs in, as it is now
  Moment started;
  std::optional<Moment> ended;
  int code = 0;  // once it has ended
};
[[nodiscard]] Object to_object(const CommandFacts& command);

struct ViewerFacts {
  std::string id;
  std::string name;
  std::string channel;
  bool drives = false;  // it may run commands
  Moment since;
};
[[nodiscard]] Object to_object(const ViewerFacts& viewer);

}  // namespace ingot::live
