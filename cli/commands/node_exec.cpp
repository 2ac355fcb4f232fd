// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "inner_command.hpp"
#include "parse.hpp"

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::vector<std::string> command;
};

int execute(const Options& options, Context& context) {
  if (options.names.empty()) {
    throw_usage("node exec", "which node? Its name is missing");
  }
  if (options.command.empty()) {
    throw_usage("node exec", "a command is needed after --");
  }
  return run_inner_command(context, [&](bool terminal, const session::Streams& streams,
                                        const session::Signals& signals) {
    return context.session().node_exec(options.names.front(), options.command, terminal, streams, signals);
  });
}

}  // namespace

Command node_exec() {
  return {.path = "node exec",
          .summary = "Run a command in a node",
          .about =
              "Runs what follows -- in a node as root, with a terminal where there is one here. Exits as the "
              "command does, with 125 when it could not be run.",
          .examples = {{"ingot node exec demo-worker -- bash", "a shell"},
                       {"ingot node exec demo-control-plane -- journalctl -u kubelet -n 20", "one command"}},
          .see_also = "ingot kubectl, ingot node logs",
          .failure_code = exit_inner_failed,
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional({.name = "NODE", .help = "its name", .limit = 1, .target = &options->names});
            flags.inner_command("COMMAND...", options->command);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace ingot::cli
