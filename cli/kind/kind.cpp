// SPDX-License-Identifier: Apache-2.0
#include "kind/kind.hpp"

#include "base/error.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "kind/command_line.hpp"
#include "kind/commands.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli::kind {

namespace {

using Words = std::vector<std::string>;

// The words that are no flags, as the command takes them.
void assign_positionals(const std::string& path, const Flags& flags, const Words& words) {
  if (flags.positionals().empty() && !words.empty()) {
    throw base::Error(base::ErrorCode::invalid_input,
                      fmt::format("unknown command \"{}\" for \"kind {}\"", words.front(), path));
  }
  if (flags.positionals().empty()) {
    return;
  }
  const auto& positional = flags.positionals().front();
  if (words.size() > positional.limit) {
    throw base::Error(base::ErrorCode::invalid_input,
                      fmt::format("accepts at most {} arg(s), received {}", positional.limit, words.size()));
  }
  *positional.target = words;
}

int execute(const Action& action, const Globals& globals, Host& host, EventLog& log) {
  const cli::Globals ours{
      .quiet = globals.quiet, .verbose = globals.is_verbose() ? 1 : 0, .shows_requests = false};
  Context context(host, ours, log);
  return action(context);
}

int dispatch(const Words& words, Globals& globals, Host& host, EventLog& log) {
  const auto commands = all_commands();
  Flags global_flags;
  globals.declare(global_flags);
  const auto chosen = choose(commands, global_flags, words);
  Flags flags;
  const auto action = chosen.command == nullptr ? Action() : chosen.command->declare(flags);
  if (flags.inner() != nullptr) {
    *flags.inner() = chosen.words;
    return execute(action, globals, host, log);
  }
  globals.declare(flags);
  flags.toggle("-h,--help", "show help", globals.help);
  bool wants_version = false;
  if (chosen.path.empty()) {
    flags.toggle("--version", "print the version", wants_version);
  }
  const auto rest = parse(flags, chosen.words);
  if (globals.help || (chosen.path.empty() && !wants_version)) {
    host.out.write(help_of(chosen.path));
    return exit_done;
  }
  if (chosen.path.empty()) {
    host.out.write(fmt::format("kind version {}\n", kKindVersion));
    return exit_done;
  }
  if (chosen.command == nullptr) {
    host.out.write(help_of(chosen.path));
    throw base::Error(base::ErrorCode::invalid_input, "Subcommand is required");
  }
  assign_positionals(chosen.path, flags, rest);
  return execute(action, globals, host, log);
}

std::string error_text(const base::Failure& failure, bool verbose) {
  std::string text = "ERROR: " + failure.message;
  if (!failure.cause.empty()) {
    text += ": " + failure.cause;
  }
  for (const auto& problem : failure.problems) {
    text += "\n  " + problem;
  }
  if (!failure.detail.empty()) {
    text +=
        (failure.code == base::ErrorCode::command_failed ? "\n\nCommand Output: " : "\n") + failure.detail;
  }
  if (verbose) {
    for (const auto& doing : failure.context) {
      text += "\n  while " + doing;
    }
  }
  return text.ends_with('\n') ? text : text + "\n";
}

}  // namespace

int run(const Words& words, Host& host) {
  Globals globals;
  EventLog log(words);
  try {
    const int code = dispatch(words, globals, host, log);
    log.end(code, nullptr);
    return code;
  } catch (const base::Error& error) {
    if (!wants_quiet(words)) {
      host.err.write(error_text(error.failure(), globals.is_verbose()));
    }
    log.end(exit_failed, &error.failure());
    return exit_failed;
  }
}

}  // namespace ingot::cli::kind
