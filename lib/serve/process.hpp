// SPDX-License-Identifier: Apache-2.0
// A program that the server runs for a client: on pipes or in a terminal, in a session of its own, with a
// pipe for events beside. Used by one thread; its files do not block.
#pragma once

#include "base/fd.hpp"
#include "live/requests.hpp"

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ingot::serve {

// The variable that tells the program at which file descriptor to write events, as lines of JSON.
inline constexpr const char* kEventsVariable = "INGOT_EVENTS_FD";

struct ProcessSpec {
  std::vector<std::string> words;  // the first is the path of the program
  std::string directory;           // empty: ours
  std::map<std::string, std::string> environment;
  std::optional<live::TerminalSize> terminal;
};

class Process {
 public:
  // Error{environment} where it cannot be started.
  explicit Process(const ProcessSpec& spec);
  // One that still runs is hung up, and not waited for.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Ours to take: its standard input, what it says, and its end, which is readable once it has ended. In a
  // terminal `errors` is none, and the other two are the terminal.
  base::Fd input;
  base::Fd output;
  base::Fd errors;
  base::Fd events;
  base::Fd end;

  // Nothing once wait() has been called.
  void signal(int number) const;
  void resize(const live::TerminalSize& size) const;
  // Its exit code, or 128 and the number of the signal that ended it. Blocks until it has ended.
  [[nodiscard]] int wait();

 private:
  base::Fd terminal_;
  pid_t pid_ = 0;  // 0: it has been waited for
};

}  // namespace ingot::serve
