// SPDX-License-Identifier: Apache-2.0
#include "complete.hpp"

#include "base/error.hpp"
#include "context.hpp"
#include "manual.hpp"
#include "output/value.hpp"
#include "parse.hpp"
#include "time_limit.hpp"

#include <algorithm>

namespace ingot::cli {

namespace {

class Completion {
 public:
  Completion(const std::vector<Command>& commands, const Flags& globals, const NamesOf& names)
      : commands_(commands), globals_(globals), names_(names) {}

  std::vector<std::string> of(std::vector<std::string> words) {
    const std::string current = words.empty() ? "" : words.back();
    if (!words.empty()) {
      words.pop_back();
    }
    const auto chosen = choose_command(commands_, globals_, words);
    Flags flags;
    const Action action = chosen.command != nullptr ? chosen.command->declare(flags) : Action();
    flags.all().insert(flags.all().end(), globals_.all().begin(), globals_.all().end());
    if (std::ranges::find(words, "--") != words.end()) {
      return {};
    }
    std::vector<std::string> candidates;
    if (const Flag* flag = awaiting_value(flags, words)) {
      candidates = values(flag->meaning, flag->choices);
    } else if (current.starts_with("--") && current.find('=') != std::string::npos) {
      candidates = values_after_equals(flags, current);
    } else if (current.starts_with('-')) {
      candidates = flags.long_names();
    } else if (chosen.command == nullptr) {
      candidates = command_words(commands_, chosen.noun);
    } else {
      candidates = positional_values(flags, chosen.arguments);
    }
    std::erase_if(candidates, [&](const std::string& word) { return !word.starts_with(current); });
    return candidates;
  }

 private:
  static const Flag* awaiting_value(const Flags& flags, const std::vector<std::string>& words) {
    const Flag* flag = words.empty() ? nullptr : flags.find(words.back());
    return flag != nullptr && !flag->value.empty() ? flag : nullptr;
  }

  [[nodiscard]] std::vector<std::string> values(Meaning meaning,
                                                const std::vector<std::string>& choices) const {
    switch (meaning) {
      case Meaning::cluster:
      case Meaning::instance:
        return names_(meaning);
      case Meaning::command:
        return topics_and_commands();
      case Meaning::text:
      case Meaning::file:
        break;
    }
    return choices;
  }

  [[nodiscard]] std::vector<std::string> values_after_equals(const Flags& flags,
                                                             const std::string& current) const {
    const auto name = current.substr(0, current.find('='));
    std::vector<std::string> candidates;
    if (const Flag* flag = flags.find(name)) {
      for (const auto& value : values(flag->meaning, flag->choices)) {
        candidates.push_back(name + "=" + value);
      }
    }
    return candidates;
  }

  [[nodiscard]] std::vector<std::string> topics_and_commands() const {
    auto words = command_words(commands_, "");
    for (const auto& topic : help_topics()) {
      words.push_back(topic.name);
    }
    return words;
  }

  // Which positional is being typed, by the number of words that are neither flags nor values of flags.
  [[nodiscard]] std::vector<std::string> positional_values(const Flags& flags,
                                                           const std::vector<std::string>& arguments) const {
    std::size_t given = 0;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const bool is_value = i > 0 && awaiting_value(flags, {arguments[i - 1]}) != nullptr;
      given += arguments[i].starts_with('-') || is_value ? 0U : 1U;
    }
    std::size_t before = 0;
    for (const auto& positional : flags.positionals()) {
      before += positional.limit;
      if (given < before) {
        return values(positional.meaning, positional.choices);
      }
    }
    return flags.inner() != nullptr ? std::vector<std::string>{"--"} : std::vector<std::string>{};
  }

  const std::vector<Command>& commands_;
  const Flags& globals_;
  const NamesOf& names_;
};

using output::Value;

std::string_view to_text(Meaning meaning) {
  switch (meaning) {
    case Meaning::cluster:
      return "cluster";
    case Meaning::instance:
      return "instance";
    case Meaning::file:
      return "file";
    case Meaning::command:
      return "command";
    case Meaning::text:
      break;
  }
  return "text";
}

Value flags_value(const Flags& flags, const Flags& globals) {
  Value::List list;
  for (const auto* some : {&flags, &globals}) {
    for (const auto& flag : some->all()) {
      list.emplace_back(Value::Object{{"name", flag.long_name()},
                                      {"value", flag.value},
                                      {"help", flag.help},
                                      {"choices", flag.choices},
                                      {"meaning", to_text(flag.meaning)}});
    }
  }
  return list;
}

Value positionals_value(const Flags& flags) {
  Value::List list;
  for (const auto& positional : flags.positionals()) {
    list.emplace_back(Value::Object{{"name", positional.name},
                                    {"meaning", to_text(positional.meaning)},
                                    {"choices", positional.choices},
                                    {"limit", static_cast<std::int64_t>(positional.limit)}});
  }
  return list;
}

}  // namespace

std::string command_list(const std::vector<Command>& commands, const Flags& globals) {
  Value::List list;
  for (const auto& command : commands) {
    if (!command.hidden) {
      Flags flags;
      const Action action = command.declare(flags);  // holds what the flags point to
      list.emplace_back(Value::Object{{"path", command.path},
                                      {"summary", command.summary},
                                      {"terminal", command.full_screen || flags.inner() != nullptr},
                                      {"flags", flags_value(flags, globals)},
                                      {"positionals", positionals_value(flags)}});
    }
  }
  return Value(Value::Object{{"commands", std::move(list)}}).to_json_line();
}

std::vector<std::string> complete(const std::vector<Command>& commands, const Flags& globals,
                                  const std::vector<std::string>& words, const NamesOf& names) {
  try {
    return Completion(commands, globals, names).of(words);
  } catch (const base::Error&) {  // a line that is wrong already has no completion
    return {};
  }
}

std::vector<std::string> names_in_time(Context& context, Meaning meaning) {
  std::vector<std::string> names;
  const TimeLimit limit(std::chrono::seconds(1), context.stop());
  const auto add = [&](const auto& things) {
    for (const auto& thing : things) {
      names.push_back(thing.name);
    }
  };
  try {
    if (meaning == Meaning::instance) {
      add(context.session().list_instances(limit.stop()));
    } else {
      add(context.session().list_clusters(limit.stop()));
    }
  } catch (const base::Error&) {
    return {};
  } catch (const base::Cancelled&) {
    return {};
  }
  return names;
}

}  // namespace ingot::cli
