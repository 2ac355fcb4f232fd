// SPDX-License-Identifier: Apache-2.0
// A command line of ingot's that a server runs for this process, as if it ran here: what it says comes out
// here, what is typed here goes there, and so do our signals.
#pragma once

#include "live/requests.hpp"
#include "plan/executor.hpp"
#include "serve/client.hpp"

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace ingot::serve {

struct RemoteStreams {
  // Throw base::Cancelled when nobody reads any more: then the command is hung up.
  std::function<void(std::string_view bytes)> out;
  std::function<void(std::string_view bytes)> err;
  // Some bytes, empty at the end; throws base::Cancelled when the token fires. Called on a thread of its own.
  // Null: the command has no input.
  std::function<std::string(const std::stop_token&)> input;
  // Of a terminal: is given what tells of another size, and nothing when that must not be called any more.
  std::function<void(std::function<void(const live::TerminalSize&)>)> on_resize;
};

struct RemoteSignals {
  plan::Interrupts interrupts;
  std::function<int()> number;  // SIGINT: the one that asked to stop
};

// The command's exit code. Error{environment} when there is no server, when it refuses, or when it goes away;
// and what `streams` throw.
[[nodiscard]] int run_remotely(const ServerPlace& place, const std::string& who, const live::Run& run,
                               const RemoteStreams& streams, const RemoteSignals& signals);

// The same of a command that somebody has started there; empty: the one that was started last and runs. What
// is typed goes there when `streams` have an input, signals do not: with a stop this ends, and the command
// goes on. Throws base::Cancelled then, which says so, and how to come back; Error{not_found} when there is
// no such command.
[[nodiscard]] int join_remotely(const ServerPlace& place, const std::string& who, std::string command,
                                const RemoteStreams& streams, const std::stop_token& stop);

}  // namespace ingot::serve
