// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "manual.hpp"
#include "parse.hpp"
#include "version.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli {

namespace {

constexpr std::size_t kMostWords = 3;  // "cluster snapshot save"

std::string text_for(const std::vector<std::string>& words) {
  const auto commands = all_commands();
  const auto topics = help_topics();
  const auto path = base::join(words, " ");
  if (const auto topic = std::ranges::find(topics, path, &Topic::name); topic != topics.end()) {
    return topic->text;
  }
  if (const auto command = std::ranges::find(commands, path, &Command::path); command != commands.end()) {
    Flags flags;
    Globals globals;
    const auto action = command->declare(flags);
    globals.declare(flags);
    return help_text(*command, flags);
  }
  if (words.empty() || !command_words(commands, path).empty()) {
    return overview_text(commands, path);
  }
  auto known = command_words(commands, "");
  for (const auto& topic : topics) {
    known.push_back(topic.name);
  }
  throw_usage("help", fmt::format("there is no help on '{}'", path), suggestion(path, known));
}

}  // namespace

Command help() {
  return {.path = "help",
          .summary = "Show help on a command or a topic",
          .about = "Topics: exit-codes, environment, config.",
          .examples = {{"ingot help cluster create", "a command"}, {"ingot help exit-codes", "a topic"}},
          .stays_here = true,
          .declare = [](Flags& flags) -> Action {
            auto words = std::make_shared<std::vector<std::string>>();
            flags.positional({.name = "TOPIC",
                              .help = "a command or a topic",
                              .meaning = Meaning::command,
                              .limit = kMostWords,
                              .target = words.get()});
            return [words](Context& context) {
              context.print(text_for(*words));
              return static_cast<int>(exit_done);
            };
          }};
}

Command hidden_man() {
  return {.path = "__man", .summary = "Print the man page", .hidden = true, .declare = [](Flags&) -> Action {
            return [](Context& context) {
              context.print(man_page(all_commands(), kVersion));
              return static_cast<int>(exit_done);
            };
          }};
}

}  // namespace ingot::cli
