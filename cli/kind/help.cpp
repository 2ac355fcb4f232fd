// SPDX-License-Identifier: Apache-2.0
#include "kind/help.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ingot::cli::kind {

namespace {

constexpr std::size_t kCommandColumn = 11;

const std::map<std::string, std::string, std::less<>>& nouns() {
  static const std::map<std::string, std::string, std::less<>> all{
      {"", "Kubernetes clusters in containers, by ingot, with the command line of kind"},
      {"build", "Build a node image"},
      {"completion", "Print a shell's completion script"},
      {"create", "Create a cluster"},
      {"delete", "Delete clusters"},
      {"export", "Write a cluster's kubeconfig or logs"},
      {"get", "Print clusters, nodes or a kubeconfig"},
      {"load", "Load images into nodes"}};
  return all;
}

const Command* find_command(const std::vector<Command>& commands, const std::string& path) {
  const auto found = std::ranges::find(commands, path, &Command::path);
  return found == commands.end() ? nullptr : &*found;
}

std::string summary_of(const std::vector<Command>& commands, const std::string& path) {
  const Command* command = find_command(commands, path);
  return command != nullptr ? command->summary : nouns().at(path);
}

// "-n, --name string", with room for the short name where there is none.
std::string shown_names(const Flag& flag) {
  std::string names = base::replace_all(flag.names, ",", ", ");
  names = names.starts_with("--") ? "    " + names : names;
  return flag.value.empty() ? names : names + " " + flag.value;
}

std::string flag_lines(const Flags& flags) {
  std::size_t width = 0;
  std::map<std::string, std::string, std::less<>> lines;  // by long name
  for (const auto& flag : flags.all()) {
    width = std::max(width, shown_names(flag).size());
  }
  for (const auto& flag : flags.all()) {
    lines.emplace(flag.long_name(), fmt::format("  {:<{}}   {}\n", shown_names(flag), width, flag.help));
  }
  std::string text;
  for (const auto& [name, line] : lines) {
    text += line;
  }
  return text;
}

std::string command_lines(const std::vector<Command>& commands, const std::string& noun) {
  std::string text;
  for (const auto& word : command_words(commands, noun)) {
    const auto summary = summary_of(commands, noun.empty() ? word : noun + " " + word);
    text += fmt::format("  {:<{}} {}\n", word, kCommandColumn, summary);
  }
  return text;
}

std::string usage(const Command& command, const Flags& flags) {
  std::string text = "kind " + command.path;
  for (const auto& positional : flags.positionals()) {
    text += " " + positional.name;
  }
  return text + " [flags]";
}

}  // namespace

std::string help_text(const std::vector<Command>& commands, const std::string& path, const Flags& flags,
                      const Flags& globals) {
  const Command* command = find_command(commands, path);
  const std::string name = path.empty() ? "kind" : "kind " + path;
  std::string text;
  if (command != nullptr) {
    text = fmt::format("{}\n\nUsage:\n  {}\n\nExamples:\n",
                       command->about.empty() ? command->summary : command->about, usage(*command, flags));
    for (const auto& example : command->examples) {
      text += fmt::format("  # {}\n  {}\n", example.meaning, example.command);
    }
  } else {
    text = fmt::format("{}\n\nUsage:\n  {} [command]\n\nAvailable Commands:\n{}", nouns().at(path), name,
                       command_lines(commands, path));
  }
  text += "\nFlags:\n" + flag_lines(flags);
  if (!path.empty()) {
    text += "\nGlobal Flags:\n" + flag_lines(globals);
  }
  return command != nullptr
             ? text
             : fmt::format("{}\nUse \"{} [command] --help\" for more information about a command.\n", text,
                           name);
}

}  // namespace ingot::cli::kind
