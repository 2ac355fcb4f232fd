// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "complete.hpp"
#include "context.hpp"
#include "engine_address.hpp"
#include "exit_code.hpp"
#include "gpu_input.hpp"
#include "live/protocol.hpp"
#include "live_places.hpp"
#include "session/live.hpp"
#include "version.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::string socket;
  std::string listen;
  bool print_asyncapi = false;
  bool no_reconcile = false;
};

void tell_ready(const serve::Options& options, const serve::Server& server, Context& context) {
  const auto& address = server.address();
  const auto token_file = address.empty() ? "" : options.token_file;
  context.print({.value = output::Value::Object{{"apiVersion", output::kApiVersion},
                                                {"kind", "Serving"},
                                                {"socket", options.socket},
                                                {"address", address},
                                                {"tokenFile", token_file}},
                 .names = {options.socket},
                 .tables = {}},
                "");
  if (context.for_people()) {
    context.say(fmt::format("serving at {}", options.socket));
    if (!address.empty()) {
      context.say(fmt::format("serving at http://{}, with the token in {}", address, token_file));
      context.say(fmt::format("open in a browser: {}", server.console()));
    }
  }
}

std::string all_command_lines() {
  Globals globals;
  Flags flags;
  globals.declare(flags);
  return command_list(all_commands(), flags);
}

int execute(const Options& given, Context& context) {
  if (given.print_asyncapi) {
    context.print(live::asyncapi_document(kVersion));
    return exit_done;
  }
  const serve::Options options{
      .socket = live_socket(context, given.socket),
      .listen = given.listen,
      .token_file = given.listen.empty() ? "" : live_token_file(context),
      .commands = {.program = {"/proc/self/exe"},  // also when it is replaced
                   .environment = {context.host.environment.begin(), context.host.environment.end()}},
      .command_list = all_command_lines(),
      .server = {}};
  session::Live live(engine_address(context.host.environment), std::string(kVersion),
                     gpu_roots(context.host.environment));
  live.serve(
      options, !given.no_reconcile,
      [&](const serve::Server& server) { tell_ready(options, server, context); }, context.stop());
  return exit_done;
}

}  // namespace

Command serve() {
  return {
      .path = "serve",
      .summary = "Serve the live API: the state of everything, told the moment it changes",
      .about =
          "Serves until Ctrl-C, at a Unix socket that only its user may open: WebSockets at /live, and plain "
          "HTTP "
          "at /state, /asyncapi.json, /metrics and /healthz, and at / a page for browsers. ingot watch uses "
          "it. With --listen it serves at "
          "an "
          "address of this machine, too, to whoever has the token; nothing is served beyond this machine. "
          "Nodes and instances that lack their GPUs after a restart that was none of ingot's are given them "
          "again, by ingot gpu reconcile, which everybody who watches sees.",
      .examples = {{"ingot serve", "at $XDG_RUNTIME_DIR/ingot.sock"},
                   {"ingot serve --listen 127.0.0.1:7700", "for browsers, too"},
                   {"ingot serve --print-asyncapi > ingot.json", "what the messages look like"}},
      .see_also = "ingot watch",
      .stays_here = true,
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.value("--socket", "PATH", "Unix socket to serve at", options->socket).meaning = Meaning::file;
        flags.value("--listen", "ADDRESS",
                    "address and port of this machine to serve at, too; port 0: a free one", options->listen);
        flags.toggle("--no-reconcile", "do not give devices again after restarts that were none of ingot's",
                     options->no_reconcile);
        flags.toggle("--print-asyncapi", "print the AsyncAPI document, and serve nothing",
                     options->print_asyncapi);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
