// SPDX-License-Identifier: Apache-2.0
// `join`: what somebody else's command at a server says, and types, on this terminal.
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "inner_command.hpp"
#include "live_places.hpp"
#include "parse.hpp"
#include "serve/remote_run.hpp"

#include <memory>
#include <optional>
#include <stop_token>

namespace ingot::cli {

namespace {

constexpr char kLeave = '\x1d';  // Ctrl-], as telnet has it

struct Options {
  std::vector<std::string> commands;
  bool drive = false;
};

// Until Ctrl-], which also ends the rest.
std::function<std::string(const std::stop_token&)> reader(const InStream& stream, std::stop_source& leave) {
  return [&stream, &leave](const std::stop_token& stop) {
    auto bytes = stream.read(stop);
    if (bytes.find(kLeave) != std::string::npos) {
      leave.request_stop();
      throw base::Cancelled();
    }
    return bytes;
  };
}

serve::ServerPlace choose_place(const Context& context) {
  if (auto place = server_place(context)) {
    return *place;
  }
  return {.socket = live_socket(context, ""), .address = {}, .token = {}};
}

int execute(const Options& options, Context& context) {
  auto& host = context.host;
  std::stop_source leave;
  const std::stop_callback on_stop(context.stop(), [&] { leave.request_stop(); });
  serve::RemoteStreams streams{
      .out = writer(host.out), .err = writer(host.err), .input = {}, .on_resize = {}};
  if (options.drive) {
    streams.input = reader(host.in, leave);
    context.say("what is typed here goes there; Ctrl-] leaves");
  }
  const auto place = choose_place(context);
  const auto command = options.commands.empty() ? "" : options.commands.front();
  const auto who = std::string(lookup(host.environment, "USER"));
  auto raw = options.drive && host.in.is_terminal ? host.terminal.make_raw() : nullptr;
  try {
    return serve::join_remotely(place, who, command, streams, leave.get_token());
  } catch (const base::Cancelled& left) {
    if (context.stop().stop_requested() || !leave.stop_requested()) {  // Ctrl-C, or nobody reads any more
      throw;
    }
    raw.reset();
    context.say(left.left_behind() + "; to it again: " + left.remedy());
    return exit_done;
  }
}

}  // namespace

Command join() {
  return {
      .path = "join",
      .summary = "See what a command says that a server runs, and type there",
      .about =
          "Shows what a command has said, and what it says until it ends, whoever has started it at the "
          "server (ingot --server, the console); ends with its exit code. Ctrl-C leaves it running. With "
          "--drive, and where the server lets this client run commands, what is typed goes to it, too: "
          "two terminals in one shell.",
      .examples = {{"ingot join", "the command that was started last"},
                   {"ingot join 5f3a09c1 --drive", "a certain one (ingot watch commands), to type there"}},
      .see_also = "ingot serve, ingot watch",
      .stays_here = true,
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "COMMAND",
                          .help = "id of a command; without one, that which was started last",
                          .limit = 1,
                          .choices = {},
                          .target = &options->commands});
        flags.toggle("--drive", "let what is typed here go there", options->drive);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
