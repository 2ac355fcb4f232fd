// SPDX-License-Identifier: Apache-2.0
// A command as the table holds it: what its manual says, and a function that declares its flags and gives
// back what to run. Only the command that was asked for declares anything. Help, completion, the man page and
// the parser all read this one description.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ingot::cli {

struct Context;

// What a word stands for, so that the shell can complete it.
enum class Meaning { text, cluster, instance, file, command };

struct Flag {
  using Target = std::variant<bool*, int*, std::optional<bool>*, std::string*, std::vector<std::string>*>;

  std::string names;  // "-o,--output"; the long name is last
  std::string value;  // what the help calls its value; empty: a switch
  std::string help;
  std::vector<std::string> choices;
  Meaning meaning = Meaning::text;
  bool global = false;
  Target target;

  [[nodiscard]] std::string_view long_name() const;
};

// The limit of a Positional that takes as many as there are.
inline constexpr std::size_t kManyNames = 1000;

struct Positional {
  std::string name;  // "NAME"
  std::string help;
  Meaning meaning = Meaning::text;
  std::size_t limit = 0;  // how many at most
  std::vector<std::string> choices;
  std::vector<std::string>* target = nullptr;
};

// Filled by a command's `declare`. The targets must live until the command has run.
class Flags {
 public:
  void toggle(std::string names, std::string help, bool& target);
  // May be given several times.
  void count(std::string names, std::string help, int& target);
  // --name and --no-name; unset when neither was given.
  void choice(std::string name, std::string help, std::optional<bool>& target);
  Flag& value(std::string names, std::string value, std::string help, std::string& target);
  // May be given several times.
  Flag& values(std::string names, std::string value, std::string help, std::vector<std::string>& target);
  void positional(Positional positional) { positionals_.push_back(std::move(positional)); }
  // What comes after "--", untouched. `what` names it in the usage line.
  void inner_command(std::string what, std::vector<std::string>& target);

  [[nodiscard]] const std::vector<Flag>& all() const { return flags_; }
  [[nodiscard]] std::vector<Flag>& all() { return flags_; }
  [[nodiscard]] const std::vector<Positional>& positionals() const { return positionals_; }
  [[nodiscard]] const std::string& inner_name() const { return inner_name_; }
  [[nodiscard]] std::vector<std::string>* inner() const { return inner_; }
  // By "-o" or "--output" (or "--no-wait"); null when there is none.
  [[nodiscard]] const Flag* find(std::string_view name) const;
  // Every long spelling, with --help.
  [[nodiscard]] std::vector<std::string> long_names() const;

 private:
  std::vector<Flag> flags_;
  std::vector<Positional> positionals_;
  std::string inner_name_;
  std::vector<std::string>* inner_ = nullptr;
};

// Runs the command; its exit code.
using Action = std::function<int(Context&)>;

struct Example {
  std::string command;
  std::string meaning;
};

struct Command {
  std::string path;     // "cluster create"
  std::string summary;  // one line
  std::string about;    // a paragraph
  std::vector<Example> examples;
  std::string see_also;
  bool hidden = false;
  bool stays_here = false;   // no server runs it
  bool full_screen = false;  // on a terminal it takes all of it
  bool verbatim = false;     // all words after the name are another command line's, its help too
  std::optional<int> failure_code = std::nullopt;  // instead of the one for the kind of failure
  std::function<Action(Flags&)> declare;
};

// The words that may follow `noun`, which may be several words (the first words when it is empty), sorted,
// without hidden commands.
[[nodiscard]] std::vector<std::string> command_words(const std::vector<Command>& commands,
                                                     std::string_view noun);

}  // namespace ingot::cli
