// SPDX-License-Identifier: Apache-2.0
// From words to commands: choosing, parsing, completing, and what every command must say of itself.
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "complete.hpp"
#include "context.hpp"
#include "manual.hpp"
#include "parse.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace ingot::cli;
using Words = std::vector<std::string>;

namespace {

// A command with one flag of each kind.
struct Sample {
  Sample() {
    globals.declare(flags);
    flags.toggle("-y,--yes", "", yes);
    flags.choice("--wait", "", wait);
    flags.value("-f,--file", "FILE", "", file);
    flags.values("--subnet", "CIDR", "", subnets);
    flags.value("--mode", "MODE", "", mode).choices = {"fast", "slow"};
    flags.positional({.name = "NAME", .limit = 1, .target = &names});
  }
  void parse(const Words& words) { parse_flags(command, flags, words); }

  Command command{.path = "sample"};
  Globals globals;
  Flags flags;
  bool yes = false;
  std::optional<bool> wait;
  std::string file;
  std::string mode;
  Words subnets;
  Words names;
  Words inner;
};

std::string mistake(const std::function<void()>& work) {
  try {
    work();
  } catch (const ingot::base::Error& error) {
    CHECK(error.code() == ingot::base::ErrorCode::invalid_input);
    return error.failure().message;
  }
  return "no mistake";
}

Chosen choose(const Words& words) {
  // Static because the answer points into it; constant, as everything here must be.
  static const auto commands = all_commands();
  Globals globals;
  Flags flags;
  globals.declare(flags);
  return choose_command(commands, flags, words);
}

Words completed(const Words& words) {
  Globals globals;
  Flags flags;
  globals.declare(flags);
  return complete(all_commands(), flags, words, [](auto meaning) {
    return meaning == Meaning::instance ? Words{"dev"} : Words{"alpha", "beta"};
  });
}

}  // namespace

TEST_CASE("a command is found among global flags before and after it") {
  const auto chosen = choose({"-o", "json", "cluster", "--no-color", "list", "-q"});
  REQUIRE(chosen.command != nullptr);
  CHECK(chosen.command->path == "cluster list");
  CHECK(chosen.arguments == Words{"-o", "json", "--no-color", "-q"});
}

TEST_CASE("nothing, a bare noun and help are told apart") {
  CHECK(choose({}).command == nullptr);
  CHECK(choose({"cluster"}).noun == "cluster");
  CHECK(choose({"cluster", "--help"}).help);
  CHECK(choose({"cluster", "list", "-h"}).help);
}

TEST_CASE("what follows -- is nobody's flag") {
  const auto chosen = choose({"kubectl", "--", "get", "-o", "json", "--help"});
  CHECK_FALSE(chosen.help);
  CHECK(chosen.arguments == Words{"--", "get", "-o", "json", "--help"});
}

TEST_CASE("typing mistakes in commands get a suggestion") {
  CHECK(mistake([] { choose({"clutser", "list"}); }) == "unknown command 'clutser'; did you mean 'cluster'?");
  CHECK(mistake([] {
          choose({"cluster", "craete"});
        }) == "unknown command 'cluster craete'; did you mean 'create'?");
  CHECK(mistake([] { choose({"--workers", "cluster"}); }) == "unknown flag '--workers' before the command");
}

TEST_CASE("flags reach their targets, wherever they stand") {
  Sample s;
  s.parse({"name", "-y", "--no-wait", "--file=a", "-ojson", "--mode", "slow"});
  CHECK(s.yes);
  CHECK(s.wait == false);
  CHECK(s.file == "a");
  CHECK(s.mode == "slow");
  CHECK(s.globals.output == "json");
  CHECK(s.names == Words{"name"});
}

TEST_CASE("of a flag given twice the last one counts") {
  Sample s;
  s.parse({"-f", "a", "-f", "b", "--wait", "--no-wait"});
  CHECK(s.file == "b");
}

TEST_CASE("of a flag for several values all count, and it takes no word that is not its own") {
  Sample sample;
  sample.parse({"--subnet", "a", "demo", "--subnet=b"});
  CHECK(sample.subnets == Words{"a", "b"});
  CHECK(sample.names == Words{"demo"});
}

TEST_CASE("a single dash is a value") {
  Sample s;
  s.parse({"-f", "-"});
  CHECK(s.file == "-");
}

TEST_CASE("mistakes in flags are told in words") {
  CHECK(mistake([] { Sample().parse({"--flie", "a"}); }) == "unknown flag '--flie'; did you mean '--file'?");
  CHECK(mistake([] { Sample().parse({"-x"}); }) == "unknown flag '-x'");
  CHECK(mistake([] { Sample().parse({"a", "b"}); }) == "unexpected argument 'b'");
  CHECK(mistake([] {
          Sample().parse({"--mode", "warp"});
        }) == "unknown value 'warp' of --mode; known: fast, slow");
  CHECK(mistake([] { Sample().parse({"--file"}); }) == "--file needs a value");
}

TEST_CASE("an inner command keeps its flags, and needs -- before it") {
  Sample s;
  s.flags.inner_command("ARGUMENT...", s.inner);
  s.parse({"-y", "--", "get", "-o", "json", "--", "x"});
  CHECK(s.inner == Words{"get", "-o", "json", "--", "x"});
  CHECK(s.globals.output.empty());
  CHECK(mistake([&] { s.parse({"a", "get"}); }) == "unexpected argument 'get'; write -- before it");
}

TEST_CASE("the shell is offered commands, flags, values and names") {
  CHECK(completed({"clu"}) == Words{"cluster"});
  CHECK(completed({"cluster", "cre"}) == Words{"create"});
  CHECK(completed({"cluster", "create", "--work"}) == Words{"--workers"});
  CHECK(completed({"cluster", "create", "--no-w"}) == Words{"--no-wait"});
  CHECK(completed({"cluster", "list", "-o", ""}) == Words{"table", "wide", "json", "yaml", "name"});
  CHECK(completed({"cluster", "list", "--output=j"}) == Words{"--output=json"});
  CHECK(completed({"cluster", "delete", ""}) == Words{"alpha", "beta"});
  CHECK(completed({"cluster", "status", "alpha", ""}).empty());
  CHECK(completed({"kubectl", "--cluster", "b"}) == Words{"beta"});
  CHECK(completed({"completion", ""}) == Words{"bash", "zsh", "fish"});
  CHECK(completed({"help", "exit"}) == Words{"exit-codes"});
}

TEST_CASE("where files or an inner command come the shell is left alone") {
  CHECK(completed({"cluster", "create", "-f", ""}).empty());
  CHECK(completed({"kubectl", "--", "g"}).empty());
  CHECK(completed({"nonsense", "x"}).empty());
}

TEST_CASE("every command has a summary, a paragraph and two examples of itself") {
  for (const auto& command : all_commands()) {
    INFO(command.path);
    CHECK_FALSE(command.summary.empty());
    if (command.hidden) {
      continue;
    }
    CHECK_FALSE(command.about.empty());
    CHECK(command.examples.size() >= 2);
    for (const auto& example : command.examples) {
      CHECK(example.command.find("ingot " + command.path) != std::string::npos);
    }
  }
}

TEST_CASE("help names every flag, examples come first, and lines fit a terminal") {
  for (const auto& command : all_commands()) {
    Globals globals;
    Flags flags;
    const auto action = command.declare(flags);
    globals.declare(flags);
    const auto text = help_text(command, flags);
    INFO(text);
    CHECK(text.find("examples:") < text.find("global flags:"));
    for (const auto& name : flags.long_names()) {
      CHECK((name == "--help" || text.find(name) != std::string::npos));
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      CHECK(line.size() <= 80);
    }
  }
}

TEST_CASE("no flag is declared twice, and none hides a global one") {
  for (const auto& command : all_commands()) {
    Globals globals;
    Flags flags;
    const auto action = command.declare(flags);
    globals.declare(flags);
    auto names = flags.long_names();
    std::ranges::sort(names);
    INFO(command.path);
    CHECK(std::ranges::adjacent_find(names) == names.end());
  }
}

TEST_CASE("the man page has every command and escapes hyphens") {
  const auto page = man_page(all_commands(), "1.2.3");
  for (const auto& command : all_commands()) {
    CHECK((command.hidden || page.find(".SS " + command.path) != std::string::npos));
  }
  CHECK(page.find(R"(\-\-workers)") != std::string::npos);
}

TEST_CASE("pages complete from the same commands") {
  Globals globals;
  Flags flags;
  globals.declare(flags);
  const auto list = nlohmann::json::parse(command_list(all_commands(), flags)).at("commands");
  const auto named = [&](const std::string& path) {
    return *std::ranges::find_if(list, [&](const auto& command) { return command.at("path") == path; });
  };
  CHECK(std::ranges::none_of(list, [](const auto& command) { return command.at("path") == "__complete"; }));
  const auto remove = named("cluster delete");
  CHECK(remove.at("positionals").at(0).at("meaning") == "cluster");
  for (const auto* path : {"node exec", "instance exec", "instance ssh", "kubectl", "watch"}) {
    CAPTURE(path);
    CHECK(named(path).at("terminal") == true);
  }
  CHECK(remove.at("terminal") == false);
  for (const char* flag : {"--yes", "--output"}) {
    CAPTURE(flag);
    CHECK(std::ranges::count_if(remove.at("flags"),
                                [&](const auto& one) { return one.at("name") == flag; }) == 1);
  }
}
