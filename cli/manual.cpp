// SPDX-License-Identifier: Apache-2.0
#include "manual.hpp"

#include "base/text.hpp"
#include "context.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli {

namespace {

constexpr std::size_t kColumns = 80;

std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::string line;
  for (const auto& word : base::split(text, ' ')) {
    if (!line.empty() && indent + line.size() + 1 + word.size() > kColumns) {
      out += line + "\n" + std::string(indent, ' ');
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return out + line + "\n";
}

std::string shown_names(const Flag& flag) {
  std::string names = base::replace_all(flag.names, ",", ", ");
  if (std::holds_alternative<std::optional<bool>*>(flag.target)) {
    names += ", --no-" + std::string(flag.long_name().substr(2));
  }
  return flag.value.empty() ? names : names + " " + flag.value;
}

std::string shown_help(const Flag& flag) {
  return flag.choices.empty() ? flag.help : flag.help + ": " + base::join(flag.choices, ", ");
}

std::string usage(const Command& command, const Flags& flags) {
  std::string text = "ingot " + command.path;
  for (const auto& positional : flags.positionals()) {
    text += " [" + positional.name + (positional.limit > 1 ? "...]" : "]");
  }
  if (command.verbatim) {
    return text + " " + flags.inner_name();
  }
  text += " [flags]";
  return flags.inner() == nullptr ? text : text + " -- " + flags.inner_name();
}

std::string entry(const std::string& name, const std::string& meaning, std::size_t width) {
  std::string text = "  " + name;
  const std::size_t column = width + 5;
  if (text.size() + 2 > column) {
    text += "\n" + std::string(column, ' ');
  } else {
    text.append(column - text.size(), ' ');
  }
  return text + wrapped(meaning, column);
}

std::string flag_entries(const Flags& flags, bool global) {
  constexpr std::size_t kWidest = 24;
  std::size_t width = 0;
  for (const auto& flag : flags.all()) {
    width = std::max(width, std::min(shown_names(flag).size(), kWidest));
  }
  std::string text;
  for (const auto& flag : flags.all()) {
    if (flag.global == global) {
      text += entry(shown_names(flag), shown_help(flag), width);
    }
  }
  return global ? text + entry("-h, --help", "show help", width) : text;
}

std::string command_entries(const std::vector<Command>& commands, std::string_view noun) {
  std::string text;
  for (const auto& command : commands) {
    const bool belongs = noun.empty() || command.path.starts_with(std::string(noun) + " ");
    if (!command.hidden && belongs) {
      text += entry(command.path, command.summary, 18);
    }
  }
  return text;
}

// Text for man(7): a line may not start with a control character, and backslashes and hyphens mean something.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) {
      out += "\\&";
    }
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

std::string roff_flags(const Flags& flags, bool global) {
  std::string text;
  for (const auto& flag : flags.all()) {
    if (flag.global == global) {
      text += fmt::format(".TP\n.B {}\n{}\n", roff(shown_names(flag)), roff(shown_help(flag)));
    }
  }
  return global ? text + ".TP\n.B \\-h, \\-\\-help\nshow help\n" : text;
}

std::string roff_command(const Command& command) {
  Flags flags;
  const auto action = command.declare(flags);
  std::string text = fmt::format(".SS {}\n{}.\n.PP\n.B {}\n.PP\n{}\n", roff(command.path),
                                 roff(command.summary), roff(usage(command, flags)), roff(command.about));
  for (const auto& example : command.examples) {
    text += fmt::format(".PP\n{}:\n.PP\n.RS 4\n.nf\n{}\n.fi\n.RE\n", roff(example.meaning),
                        roff(example.command));
  }
  for (const auto& positional : flags.positionals()) {
    text += fmt::format(".TP\n.I {}\n{}\n", roff(positional.name), roff(positional.help));
  }
  return text + roff_flags(flags, false);
}

}  // namespace

std::string overview_text(const std::vector<Command>& commands, std::string_view noun) {
  if (!noun.empty()) {
    return fmt::format(
        "usage: ingot {} COMMAND [flags]\n\ncommands:\n{}\ningot {} COMMAND --help says more.\n", noun,
        command_entries(commands, noun), noun);
  }
  std::string topics;
  for (const auto& topic : help_topics()) {
    topics += entry(topic.name, topic.summary, 18);
  }
  Flags flags;
  Globals globals;
  globals.declare(flags);
  return fmt::format(
      "Kubernetes clusters in containers, in seconds.\n\n"
      "usage: ingot COMMAND [flags]\n\n"
      "examples:\n"
      "  ingot cluster create --workers 2\n"
      "  ingot cluster delete kind --yes\n\n"
      "commands:\n{}\nglobal flags:\n{}\nhelp topics (ingot help TOPIC):\n{}\n"
      "ingot COMMAND --help says more about a command.\n",
      command_entries(commands, ""), flag_entries(flags, true), topics);
}

std::string help_text(const Command& command, const Flags& flags) {
  std::string text = fmt::format("{}\n\nusage: {}\n\nexamples:\n", command.summary, usage(command, flags));
  for (const auto& example : command.examples) {
    text += fmt::format("  # {}\n  {}\n", example.meaning, example.command);
  }
  text += "\n" + wrapped(command.about, 0);
  if (!flags.positionals().empty()) {
    text += "\narguments:\n";
    for (const auto& positional : flags.positionals()) {
      text += entry(positional.name, positional.help, 10);
    }
  }
  if (const auto own = flag_entries(flags, false); !own.empty()) {
    text += "\nflags:\n" + own;
  }
  text += "\nglobal flags:\n" + flag_entries(flags, true);
  return command.see_also.empty() ? text : text + "\nsee also: " + command.see_also + "\n";
}

std::string man_page(const std::vector<Command>& commands, std::string_view version) {
  std::string text = fmt::format(
      ".TH INGOT 1 \"\" \"ingot {}\" \"User Commands\"\n"
      ".SH NAME\ningot \\- Kubernetes clusters in containers, in seconds\n"
      ".SH SYNOPSIS\n.B ingot\n.I COMMAND\n[flags]\n"
      ".SH DESCRIPTION\ningot makes Kubernetes clusters whose nodes are containers of a Docker engine, "
      "from the same cluster files and node images as kind.\n"
      ".SH COMMANDS\n",
      roff(version));
  for (const auto& command : commands) {
    if (!command.hidden) {
      text += roff_command(command);
    }
  }
  Flags flags;
  Globals globals;
  globals.declare(flags);
  text += ".SH GLOBAL FLAGS\n" + roff_flags(flags, true);
  for (const auto& topic : help_topics()) {
    std::string title = base::replace_all(topic.name, "-", " ");
    std::ranges::transform(title, title.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    text += fmt::format(".SH {}\n.nf\n{}.fi\n", title, roff(topic.text));
  }
  return text + ".SH SEE ALSO\n.BR docker (1),\n.BR kubectl (1)\n";
}

}  // namespace ingot::cli
