// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "complete.hpp"
#include "context.hpp"
#include "embedded/completions.hpp"
#include "exit_code.hpp"
#include "kind/commands.hpp"
#include "parse.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

int print_script(const std::vector<std::string>& shells, Context& context) {
  namespace scripts = embedded::completions;
  if (shells.empty()) {
    throw_usage("completion", "which shell?", "known: bash, zsh, fish");
  }
  const auto& shell = shells.front();
  if (shell == "bash") {
    context.print(scripts::ingot_bash);
  } else if (shell == "zsh") {
    context.print(scripts::_ingot);
  } else if (shell == "fish") {
    context.print(scripts::ingot_fish);
  } else {
    throw_usage("completion", fmt::format("unknown shell '{}'", shell), "known: bash, zsh, fish");
  }
  return exit_done;
}

std::vector<std::string> candidates(const std::vector<std::string>& words, Context& context) {
  if (words.size() > 1 && words.front() == "kind") {
    return kind::candidates({words.begin() + 1, words.end()}, context);
  }
  Globals globals;
  Flags flags;
  globals.declare(flags);
  return complete(all_commands(), flags, words,
                  [&](Meaning meaning) { return names_in_time(context, meaning); });
}

int print_candidates(const std::vector<std::string>& words, Context& context) {
  std::string text;
  for (const auto& word : candidates(words, context)) {
    text += word + "\n";
  }
  context.print(text);
  return exit_done;
}

}  // namespace

Command completion() {
  return {.path = "completion",
          .summary = "Print a shell's completion script",
          .about = "Prints a script that completes ingot's commands, flags and the names of clusters.",
          .examples = {{"source <(ingot completion bash)", "in bash, or in ~/.bashrc"},
                       {"ingot completion zsh > \"${fpath[1]}/_ingot\"", "in zsh"},
                       {"ingot completion fish > ~/.config/fish/completions/ingot.fish", "in fish"}},
          .stays_here = true,
          .declare = [](Flags& flags) -> Action {
            auto shells = std::make_shared<std::vector<std::string>>();
            flags.positional({.name = "SHELL",
                              .help = "bash, zsh or fish",
                              .limit = 1,
                              .choices = {"bash", "zsh", "fish"},
                              .target = shells.get()});
            return [shells](Context& context) { return print_script(*shells, context); };
          }};
}

Command hidden_complete() {
  return {.path = "__complete",
          .summary = "Print what can follow the words of a command line",
          .hidden = true,
          .declare = [](Flags& flags) -> Action {
            auto words = std::make_shared<std::vector<std::string>>();
            flags.inner_command("WORD...", *words);
            return [words](Context& context) { return print_candidates(*words, context); };
          }};
}

}  // namespace ingot::cli
