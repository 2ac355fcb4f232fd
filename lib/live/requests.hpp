// SPDX-License-Identifier: Apache-2.0
// What clients of the live API say, as text, one JSON object each: made, and read by the server, which does
// not trust it. What may be in them is in protocol.cpp alone. Pure; from any thread.
#pragma once

#include "live/object.hpp"
#include "live/position.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ingot::live {

struct Hello {
  std::optional<Position> resume;
  Filter filter;
  bool watches = true;  // false: it is told of no objects
  std::string name;     // of whoever looks; may be empty, as `channel`
  std::string channel;
  bool only_reads = false;
  bool is_beside = false;  // another connection of one who looks already: no viewer of its own
};

struct TerminalSize {
  int columns = 80;  // 1 to 1000, as the rows
  int rows = 24;
  [[nodiscard]] bool operator==(const TerminalSize&) const = default;
};

// A command line of ingot's.
struct Run {
  std::string id;  // for the answer
  std::vector<std::string> arguments;
  std::optional<TerminalSize> terminal;
  bool is_detached = false;  // it goes on when its client goes
  std::string directory;     // empty: the server's
  std::optional<std::map<std::string, std::string>> environment;
};

// The others are about a command that has been started; `command` is its object's id.
struct Join {
  std::string command;
};
struct Leave {
  std::string command;
};
struct Input {
  std::string command;
  std::string bytes;
  bool is_end = false;
};
struct Signal {
  std::string command;
  int number = 0;  // SIGINT
};
struct Resize {
  std::string command;
  TerminalSize terminal;
};

using Request = std::variant<Hello, Run, Join, Leave, Input, Signal, Resize>;

[[nodiscard]] std::string to_message(const Request& request);
// Error{invalid_input} with everything that is wrong with it.
[[nodiscard]] Request read_request(std::string_view text);

// Whether clients may send it.
[[nodiscard]] bool is_known_signal(int number);

}  // namespace ingot::live
