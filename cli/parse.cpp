// SPDX-License-Identifier: Apache-2.0
#include "parse.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/suggest.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

namespace ingot::cli {

namespace {

const Command* find_command(const std::vector<Command>& commands, std::string_view path) {
  const auto found = std::ranges::find(commands, path, &Command::path);
  return found == commands.end() ? nullptr : &*found;
}

// The flag of one word such as "--output=json" or "-ojson".
std::string flag_name(std::string_view word) {
  if (word.starts_with("--")) {
    return std::string(word.substr(0, word.find('=')));
  }
  return std::string(word.substr(0, 2));
}

bool takes_next_word(const Flag& flag, std::string_view word) {
  return !flag.value.empty() &&
         (word.starts_with("--") ? word.find('=') == std::string_view::npos : word.size() == 2);
}

class Chooser {
 public:
  Chooser(const std::vector<Command>& commands, const Flags& globals)
      : commands_(commands), globals_(globals) {}

  Chosen choose(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto& word = words[i];
      const bool plain = chosen_.command != nullptr || !word.starts_with('-') || word == "-";
      if (word == "--") {
        chosen_.arguments.insert(chosen_.arguments.end(), words.begin() + static_cast<long>(i), words.end());
        break;
      }
      if (word == "-h" || word == "--help") {
        chosen_.help = true;
      } else if (!plain) {
        i += keep_global(words, i);
      } else if (chosen_.command == nullptr) {
        take_name(word);
        if (chosen_.command != nullptr && chosen_.command->verbatim) {
          return take_verbatim({words.begin() + static_cast<long>(i) + 1, words.end()});
        }
      } else {
        chosen_.arguments.push_back(word);
      }
    }
    return std::move(chosen_);
  }

 private:
  // Help on the command itself, when that is all that is asked for.
  Chosen take_verbatim(const std::vector<std::string>& rest) {
    chosen_.help =
        chosen_.help || rest == std::vector<std::string>{"--help"} || rest == std::vector<std::string>{"-h"};
    chosen_.arguments.insert(chosen_.arguments.end(), rest.begin(), rest.end());
    return std::move(chosen_);
  }

  std::size_t keep_global(const std::vector<std::string>& words, std::size_t at) {
    const auto name = flag_name(words[at]);
    const Flag* flag = globals_.find(name);
    if (flag == nullptr) {
      throw_usage(chosen_.noun, fmt::format("unknown flag '{}' before the command", name));
    }
    chosen_.arguments.push_back(words[at]);
    if (!takes_next_word(*flag, words[at]) || at + 1 >= words.size()) {
      return 0;
    }
    chosen_.arguments.push_back(words[at + 1]);
    return 1;
  }

  void take_name(const std::string& word) {
    const std::string path = chosen_.noun.empty() ? word : chosen_.noun + " " + word;
    chosen_.command = find_command(commands_, path);
    if (chosen_.command != nullptr) {
      return;
    }
    if (!command_words(commands_, path).empty()) {
      chosen_.noun = path;
      return;
    }
    throw_usage(chosen_.noun, fmt::format("unknown command '{}'", path),
                suggestion(word, command_words(commands_, chosen_.noun)));
  }

  const std::vector<Command>& commands_;
  const Flags& globals_;
  Chosen chosen_;
};

void add_option(CLI::App& app, Flag& flag) {
  if (auto* const* text = std::get_if<std::string*>(&flag.target)) {
    app.add_option(flag.names, **text)->take_last();
  } else if (auto* const* list = std::get_if<std::vector<std::string>*>(&flag.target)) {
    app.add_option(flag.names, **list)->allow_extra_args(false);
  } else if (auto* const* toggle = std::get_if<bool*>(&flag.target)) {
    app.add_flag(flag.names, **toggle);
  } else if (auto* const* count = std::get_if<int*>(&flag.target)) {
    auto* target = *count;
    app.add_flag_function(flag.names, [target](std::int64_t times) { *target = static_cast<int>(times); });
  } else if (auto* const* choice = std::get_if<std::optional<bool>*>(&flag.target)) {
    auto* target = *choice;
    app.add_flag_callback(flag.names, [target] { *target = true; });
    app.add_flag_callback("--no-" + std::string(flag.long_name().substr(2)), [target] { *target = false; });
  }
}

void refuse_left_over(const Command& command, const Flags& flags, const std::string& word) {
  if (word.size() > 1 && word.starts_with('-')) {
    const auto name = flag_name(word);
    throw_usage(command.path, fmt::format("unknown flag '{}'", name), suggestion(name, flags.long_names()));
  }
  throw_usage(command.path, fmt::format("unexpected argument '{}'", word),
              flags.inner() != nullptr ? "write -- before it" : "");
}

void check_choice(const Command& command, const Flag& flag, const std::string& value) {
  if (value.empty() || flag.choices.empty() || std::ranges::find(flag.choices, value) != flag.choices.end()) {
    return;
  }
  throw_usage(command.path, fmt::format("unknown value '{}' of {}", value, flag.long_name()),
              "known: " + base::join(flag.choices, ", "));
}

// What the words that are no flags mean, in the order in which the command declared them.
void assign_positionals(const Command& command, const Flags& flags, const std::vector<std::string>& words) {
  std::size_t at = 0;
  for (const auto& positional : flags.positionals()) {
    for (std::size_t n = 0; n < positional.limit && at < words.size(); ++n) {
      positional.target->push_back(words[at++]);
    }
  }
  if (at < words.size()) {
    refuse_left_over(command, flags, words[at]);
  }
}

}  // namespace

void throw_usage(std::string_view command, std::string message, const std::string& hint) {
  throw base::Error({.code = base::ErrorCode::invalid_input,
                     .message = hint.empty() ? std::move(message) : fmt::format("{}; {}", message, hint),
                     .remedy = fmt::format("ingot {}{}--help", command, command.empty() ? "" : " ")});
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto nearest = config::closest(word, views);
  return nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest);
}

Chosen choose_command(const std::vector<Command>& commands, const Flags& globals,
                      const std::vector<std::string>& words) {
  return Chooser(commands, globals).choose(words);
}

void parse_flags(const Command& command, Flags& flags, const std::vector<std::string>& arguments) {
  if (command.verbatim) {
    *flags.inner() = arguments;
    return;
  }
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<std::string> positionals;
  for (auto& flag : flags.all()) {
    add_option(app, flag);
  }
  app.add_option("arguments", positionals);

  auto end = std::ranges::find(arguments, "--");
  if (flags.inner() != nullptr && end != arguments.end()) {
    flags.inner()->assign(end + 1, arguments.end());
  } else if (flags.inner() == nullptr) {
    end = arguments.end();
  }
  std::vector<std::string> reversed(std::make_reverse_iterator(end), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ArgumentMismatch& error) {  // "--file: 1 required TEXT missing"
    const std::string_view words = error.what();
    throw_usage(command.path, fmt::format("{} needs a value", words.substr(0, words.find(':'))));
  } catch (const CLI::ParseError& error) {
    throw_usage(command.path, error.what());
  }
  if (const auto left = app.remaining(); !left.empty()) {
    refuse_left_over(command, flags, left.front());
  }
  assign_positionals(command, flags, positionals);
  for (const auto& flag : flags.all()) {
    if (const auto* const* text = std::get_if<std::string*>(&flag.target)) {
      check_choice(command, flag, **text);
    }
  }
}

}  // namespace ingot::cli
