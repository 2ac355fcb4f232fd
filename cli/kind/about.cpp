// SPDX-License-Identifier: Apache-2.0
// version, completion and help: what answers without an engine.
#include "base/error.hpp"
#include "base/text.hpp"
#include "complete.hpp"
#include "embedded/completions.hpp"
#include "exit_code.hpp"
#include "kind/commands.hpp"
#include "kind/help.hpp"
#include "version.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli::kind {

namespace {

constexpr std::size_t kManyWords = 1000;

constexpr std::string_view architecture() {
#if defined(__x86_64__)
  return "amd64";
#elif defined(__aarch64__)
  return "arm64";
#else
  return "unknown";
#endif
}

std::string_view script_of(std::string_view shell) {
  namespace scripts = embedded::completions;
  if (shell == "bash") {
    return scripts::ingot_bash;
  }
  return shell == "zsh" ? scripts::_ingot : scripts::ingot_fish;
}

// kind's scripts are ingot's with another name: they ask the program that they complete.
int print_script(const std::string& shell, Context& context) {
  if (shell == "powershell") {
    throw base::Error(base::ErrorCode::unsupported, "ingot has no completion for powershell",
                      "bash, fish and zsh have one");
  }
  context.print(base::replace_all(std::string(script_of(shell)), "ingot", "kind"));
  return exit_done;
}

// Words after "--" come from a script of ours, which wants bare candidates; without it they come from one
// that kind printed, which wants a last line that says whether files may be offered, too (cobra's
// ShellCompDirective: 0 yes, 4 no).
int print_candidates(std::vector<std::string> words, Context& context) {
  const bool is_ours = !words.empty() && words.front() == "--";
  if (is_ours) {
    words.erase(words.begin());
  }
  const auto found = candidates(words, context);
  std::string text;
  for (const auto& word : found) {
    text += word + "\n";
  }
  context.print(is_ours ? text : fmt::format("{}:{}\n", text, found.empty() ? 0 : 4));
  return exit_done;
}

int print_help(const std::vector<std::string>& words, Context& context) {
  const auto commands = all_commands();
  std::string path;
  for (const auto& word : words) {
    const auto longer = path.empty() ? word : path + " " + word;
    const bool is_command = std::ranges::find(commands, longer, &Command::path) != commands.end();
    if (!is_command && command_words(commands, longer).empty()) {
      break;
    }
    path = longer;
  }
  if (path.empty() && !words.empty()) {
    std::string topic;
    for (const auto& word : words) {
      topic += fmt::format("{}`{}`", topic.empty() ? "" : " ", word);
    }
    context.print(fmt::format("Unknown help topic [{}]\n", topic));
  }
  context.print(help_of(path));
  return exit_done;
}

}  // namespace

std::vector<std::string> candidates(const std::vector<std::string>& words, Context& context) {
  Globals globals;
  Flags flags;
  globals.declare(flags);
  return complete(all_commands(), flags, words,
                  [&](Meaning meaning) { return names_in_time(context, meaning); });
}

std::string version_text(bool only_number) {
  return only_number ? fmt::format("{}\n", kKindVersion)
                     : fmt::format("kind v{} ingot{} linux/{}\n", kKindVersion, kVersion, architecture());
}

std::string help_of(const std::string& path) {
  const auto commands = all_commands();
  Flags flags;
  Flags global_flags;
  Globals globals;
  globals.declare(global_flags);
  bool switch_target = false;
  const auto command = std::ranges::find(commands, path, &Command::path);
  const auto action = command == commands.end() ? Action() : command->declare(flags);
  if (path.empty()) {
    flags = global_flags;
    flags.toggle("--version", "print the version", switch_target);
  }
  flags.toggle("-h,--help", "show help", switch_target);
  return help_text(commands, path, flags, global_flags);
}

Command version() {
  return {.path = "version",
          .summary = "Print the version of kind whose command line this is",
          .examples = {{"kind version", "and whose program it is"}, {"kind version -q", "the number alone"}},
          .declare = [](Flags& flags) -> Action {
            auto ignored = std::make_shared<std::vector<std::string>>();
            flags.positional({.name = "", .limit = kManyWords, .target = ignored.get()});
            return [ignored](Context& context) {
              context.print(version_text(context.globals.quiet));
              return static_cast<int>(exit_done);
            };
          }};
}

Command completion(const std::string& shell) {
  return {.path = "completion " + shell,
          .summary = fmt::format("Print the completion script of {}", shell),
          .examples = {{fmt::format("kind completion {}", shell), "to standard output"},
                       {fmt::format("kind completion {} > FILE", shell), "where the shell looks for it"}},
          .declare = [shell](Flags&) -> Action {
            return [shell](Context& context) { return print_script(shell, context); };
          }};
}

Command complete_for_scripts(const std::string& name) {
  return {.path = name,
          .summary = "Print what can follow the words of a command line",
          .hidden = true,
          .declare = [](Flags& flags) -> Action {
            auto words = std::make_shared<std::vector<std::string>>();
            flags.inner_command("WORD...", *words);
            return [words](Context& context) { return print_candidates(*words, context); };
          }};
}

Command help() {
  return {.path = "help",
          .summary = "Show help on a command",
          .examples = {{"kind help create cluster", "as kind create cluster --help"},
                       {"kind help get", "a group"}},
          .declare = [](Flags& flags) -> Action {
            auto words = std::make_shared<std::vector<std::string>>();
            flags.positional({.name = "[COMMAND]", .limit = kManyWords, .target = words.get()});
            return [words](Context& context) { return print_help(*words, context); };
          }};
}

}  // namespace ingot::cli::kind
