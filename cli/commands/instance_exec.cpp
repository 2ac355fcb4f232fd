// SPDX-License-Identifier: Apache-2.0
// `instance exec` and `instance logs`: commands in an instance.
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "inner_command.hpp"
#include "instance_name.hpp"
#include "parse.hpp"

namespace ingot::cli {

namespace {

int run(const std::string& name, const instance::Command& command, Context& context) {
  return run_inner_command(
      context, [&](bool terminal, const session::Streams& streams, const session::Signals& signals) {
        return context.session().instance_exec(name, command, terminal, streams, signals);
      });
}

struct Exec {
  std::vector<std::string> names;
  instance::Command command;
};

int execute(const Exec& options, Context& context) {
  const auto& name = one_instance("instance exec", options.names);
  if (options.command.words.empty()) {
    throw_usage("instance exec", "a command is needed after --");
  }
  return run(name, options.command, context);
}

struct Logs {
  std::vector<std::string> names;
  std::string unit;
  std::string tail;
  std::string since;
  bool follow = false;
  bool console = false;
};

int execute(const Logs& options, Context& context) {
  const auto& name = one_instance("instance logs", options.names);
  if (options.console) {
    context.session().instance_console(
        name, options.follow,
        [&](std::string_view text) { return context.host.out.write(text) == Written::fine; }, context.stop());
    return exit_done;
  }
  instance::Command command{.words = {"journalctl", "--no-pager", "--quiet"}};
  auto& words = command.words;
  if (!options.unit.empty()) {
    words.insert(words.end(), {"--unit", options.unit});
  }
  if (!options.tail.empty()) {
    words.insert(words.end(),
                 {"--lines", std::to_string(to_number(options.tail, "--tail", 0, 1'000'000'000))});
  }
  if (!options.since.empty()) {
    const auto age =
        std::chrono::duration_cast<std::chrono::seconds>(to_duration({options.since, "--since"}, "age"));
    words.insert(words.end(), {"--since", "-" + std::to_string(age.count()) + "s"});
  }
  if (options.follow) {
    words.emplace_back("--follow");
  }
  return run(name, command, context);
}

}  // namespace

Command instance_exec() {
  return {.path = "instance exec",
          .summary = "Run a command in an instance",
          .about =
              "Runs what follows -- in an instance, with a terminal where there is one here. Signals reach "
              "it, and it exits as the command does, with 125 when it could not be run.",
          .examples = {{"ingot instance exec dev -- bash", "a shell"},
                       {"ingot instance exec dev --workdir /src -- tar x < app.tar", "with standard input"}},
          .see_also = "ingot instance ssh, ingot instance cp",
          .failure_code = exit_inner_failed,
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Exec>();
            declare_instance(flags, options->names);
            flags.value("--user", "NAME[:GROUP]", "who runs it; root unless given", options->command.user);
            flags.value("--workdir", "FOLDER", "where; the image's unless given",
                        options->command.working_dir);
            flags.values("-e,--env", "NAME=VALUE", "a variable more", options->command.env);
            flags.inner_command("COMMAND...", options->command.words);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

Command instance_logs() {
  return {.path = "instance logs",
          .summary = "Print the journal of an instance",
          .about =
              "What systemd's journal in the instance has, or, with --console, what it said while it booted: "
              "also of an instance that does not run, or has no systemd.",
          .examples = {{"ingot instance logs dev --unit docker --follow", "of one service, as it comes"},
                       {"ingot instance logs dev --console", "how it booted"}},
          .see_also = "ingot instance status, ingot instance exec",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Logs>();
            declare_instance(flags, options->names);
            flags.value("--unit", "NAME", "only of this service", options->unit);
            flags.value("--tail", "N", "only the last lines", options->tail);
            flags.value("--since", "DURATION", "only what is no older, such as 10m", options->since);
            flags.toggle("--follow", "go on as more comes", options->follow);
            flags.toggle("--console", "its console instead of its journal", options->console);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace ingot::cli
