// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <set>

namespace ingot::cli {

std::string_view Flag::long_name() const {
  const auto comma = names.rfind(',');
  return comma == std::string::npos ? std::string_view(names) : std::string_view(names).substr(comma + 1);
}

void Flags::toggle(std::string names, std::string help, bool& target) {
  flags_.push_back({.names = std::move(names), .help = std::move(help), .target = &target});
}

void Flags::count(std::string names, std::string help, int& target) {
  flags_.push_back({.names = std::move(names), .help = std::move(help), .target = &target});
}

void Flags::choice(std::string name, std::string help, std::optional<bool>& target) {
  flags_.push_back({.names = std::move(name), .help = std::move(help), .target = &target});
}

Flag& Flags::value(std::string names, std::string value, std::string help, std::string& target) {
  flags_.push_back(
      {.names = std::move(names), .value = std::move(value), .help = std::move(help), .target = &target});
  return flags_.back();
}

Flag& Flags::values(std::string names, std::string value, std::string help,
                    std::vector<std::string>& target) {
  flags_.push_back(
      {.names = std::move(names), .value = std::move(value), .help = std::move(help), .target = &target});
  return flags_.back();
}

void Flags::inner_command(std::string what, std::vector<std::string>& target) {
  inner_name_ = std::move(what);
  inner_ = &target;
}

const Flag* Flags::find(std::string_view name) const {
  const auto is_it = [&](const Flag& flag) {
    const auto names = base::split(flag.names, ',');
    return std::ranges::find(names, name) != names.end() ||
           (std::holds_alternative<std::optional<bool>*>(flag.target) && name.starts_with("--no-") &&
            name.substr(5) == flag.long_name().substr(2));
  };
  const auto found = std::ranges::find_if(flags_, is_it);
  return found == flags_.end() ? nullptr : &*found;
}

std::vector<std::string> Flags::long_names() const {
  std::vector<std::string> names{"--help"};
  for (const auto& flag : flags_) {
    names.emplace_back(flag.long_name());
    if (std::holds_alternative<std::optional<bool>*>(flag.target)) {
      names.push_back("--no-" + std::string(flag.long_name().substr(2)));
    }
  }
  return names;
}

std::vector<std::string> command_words(const std::vector<Command>& commands, std::string_view noun) {
  std::set<std::string> words;
  const std::string before = noun.empty() ? "" : std::string(noun) + " ";
  for (const auto& command : commands) {
    if (!command.hidden && command.path.starts_with(before)) {
      words.insert(base::split(command.path.substr(before.size()), ' ').front());
    }
  }
  return {words.begin(), words.end()};
}

}  // namespace ingot::cli
