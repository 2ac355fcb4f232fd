// SPDX-License-Identifier: Apache-2.0
// kind's command line, word by word. What is expected was read off kind 0.33.
#include "base/error.hpp"
#include "kind/command_line.hpp"
#include "kind/commands.hpp"

#include <catch2/catch.hpp>

#include <functional>

using namespace ingot::cli;
using Words = std::vector<std::string>;

namespace {

std::string mistake(const std::function<void()>& work) {
  try {
    work();
  } catch (const ingot::base::Error& error) {
    CHECK(error.code() == ingot::base::ErrorCode::invalid_input);
    return error.failure().message;
  }
  return "no mistake";
}

kind::Chosen choose(const Words& words) {
  // Static because the answer points into it; constant, as everything here must be.
  static const auto commands = kind::all_commands();
  kind::Globals globals;
  Flags flags;
  globals.declare(flags);
  return kind::choose(commands, flags, words);
}

// A command with one flag of each type.
struct Sample {
  Sample() {
    flags.toggle("-A,--all", "", all);
    flags.value("-n,--name", "string", "", name);
    flags.value("--nodes", "strings", "", nodes);
    flags.value("-v,--verbosity", "int32", "", verbosity);
    flags.value("--wait", "duration", "", wait);
  }
  Words parse(const Words& words) { return kind::parse(flags, words); }
  std::string mistake(const Words& words) {
    return ::mistake([&] { parse(words); });
  }

  Flags flags;
  bool all = false;
  std::string name;
  std::string nodes;
  std::string verbosity;
  std::string wait;
};

}  // namespace

TEST_CASE("a command of kind's is found among flags, whether or not they are known yet", "[kind]") {
  const std::vector<std::pair<Words, std::string>> lines{{{}, ""},
                                                         {{"get"}, "get"},
                                                         {{"get", "nodes"}, "get nodes"},
                                                         {{"-q", "get", "nodes"}, "get nodes"},
                                                         {{"-v", "1", "get", "nodes"}, "get nodes"},
                                                         {{"-v1", "get", "nodes"}, "get nodes"},
                                                         {{"--verbosity=1", "get", "nodes"}, "get nodes"},
                                                         {{"-n", "a", "get", "nodes"}, "get nodes"},
                                                         {{"get", "--name", "a", "nodes"}, "get nodes"},
                                                         {{"get", "foo"}, "get"},
                                                         {{"get", "--help", "nodes"}, "get"},
                                                         {{"--", "get"}, ""},
                                                         {{"-", "get"}, "get"},
                                                         {{""}, ""}};
  for (const auto& [words, path] : lines) {
    CAPTURE(words);
    CHECK(choose(words).path == path);
  }
  CHECK(choose({"-n", "a", "get", "nodes", "-q"}).words == Words{"-n", "a", "-q"});
  CHECK(choose({"get", "nodes"}).command->path == "get nodes");
  CHECK(choose({"get"}).command == nullptr);
}

TEST_CASE("an unknown command of kind's is told as kind tells it", "[kind]") {
  CHECK(mistake([] { (void)choose({"foo"}); }) == "unknown command \"foo\" for \"kind\"");
  CHECK(mistake([] { (void)choose({"cre"}); }) ==
        "unknown command \"cre\" for \"kind\"\n\nDid you mean this?\n\tcreate\n");
  CHECK(mistake([] { (void)choose({"DELETE"}); }) ==
        "unknown command \"DELETE\" for \"kind\"\n\nDid you mean this?\n\tdelete\n");
  CHECK(mistake([] { (void)choose({"-v", "get", "nodes"}); }) == "unknown command \"nodes\" for \"kind\"");
}

TEST_CASE("flags of kind's are read in every spelling", "[kind]") {
  for (const auto& words : {Words{"-n", "a"}, Words{"-na"}, Words{"-n=a"}, Words{"--name", "a"},
                            Words{"--name=a"}, Words{"-An", "a"}, Words{"--name", "b", "--name", "a"}}) {
    CAPTURE(words);
    Sample sample;
    CHECK(sample.parse(words).empty());
    CHECK(sample.name == "a");
  }
  Sample sample;
  CHECK(sample.parse({"x", "--all", "y", "--nodes=a,b", "--nodes", "c", "--", "-n"}) ==
        Words{"x", "y", "-n"});
  CHECK(sample.all);
  CHECK(sample.nodes == "a,b,c");
  sample.parse({"--all=false", "--wait", "1h1m1.5s"});
  CHECK_FALSE(sample.all);
}

TEST_CASE("mistakes in kind's flags are told as kind tells them", "[kind]") {
  const std::vector<std::pair<Words, std::string>> mistakes{
      {{"--nme", "a"}, "unknown flag: --nme"},
      {{"-x"}, "unknown shorthand flag: 'x' in -x"},
      {{"-Ax"}, "unknown shorthand flag: 'x' in -x"},
      {{"-o", "json"}, "unknown shorthand flag: 'o' in -o"},
      {{"--name"}, "flag needs an argument: --name"},
      {{"-n"}, "flag needs an argument: 'n' in -n"},
      {{"--=a"}, "bad flag syntax: --=a"},
      {{"---name"}, "bad flag syntax: ---name"},
      {{"-v", "x"},
       "invalid argument \"x\" for \"-v, --verbosity\" flag: strconv.ParseInt: parsing \"x\": invalid "
       "syntax"},
      {{"-v", "99999999999"},
       "invalid argument \"99999999999\" for \"-v, --verbosity\" flag: strconv.ParseInt: parsing "
       "\"99999999999\": value out of range"},
      {{"--all=x"},
       "invalid argument \"x\" for \"-A, --all\" flag: strconv.ParseBool: parsing \"x\": invalid syntax"},
      {{"--wait", "5"}, "invalid argument \"5\" for \"--wait\" flag: time: missing unit in duration \"5\""},
      {{"--wait", "x"}, "invalid argument \"x\" for \"--wait\" flag: time: invalid duration \"x\""},
      {{"--wait="}, "invalid argument \"\" for \"--wait\" flag: time: invalid duration \"\""},
      {{"--wait", "5x"},
       "invalid argument \"5x\" for \"--wait\" flag: time: unknown unit \"x\" in duration \"5x\""}};
  for (const auto& [words, text] : mistakes) {
    CAPTURE(words);
    CHECK(Sample().mistake(words) == text);
  }
}

TEST_CASE("durations are read and written as Go does", "[kind]") {
  using std::chrono::milliseconds;
  CHECK(kind::parse_duration("-1s") == milliseconds(-1000));
  CHECK(kind::parse_duration("0") == milliseconds(0));
  const std::vector<std::pair<int, std::string>> texts{
      {0, "0s"},         {250, "250ms"},    {1000, "1s"},          {1500, "1.5s"},
      {120'000, "2m0s"}, {90'000, "1m30s"}, {3'600'000, "1h0m0s"}, {3'661'500, "1h1m1.5s"}};
  for (const auto& [count, text] : texts) {
    CHECK(kind::to_text(milliseconds(count)) == text);
  }
}

TEST_CASE("a wish for quiet is seen in a line that is wrong otherwise", "[kind]") {
  CHECK(kind::wants_quiet({"version", "--bad", "-q"}));
  CHECK(kind::wants_quiet({"--quiet", "get", "foo"}));
  CHECK(kind::wants_quiet({"--quiet=true"}));
  CHECK_FALSE(kind::wants_quiet({"--quiet=false", "get"}));
  CHECK_FALSE(kind::wants_quiet({"get", "--", "-q"}));
  CHECK_FALSE(kind::wants_quiet({"get", "nodes", "-n", "q"}));
}

TEST_CASE("every command of kind's says what it does, with two examples", "[kind]") {
  for (const auto& command : kind::all_commands()) {
    CAPTURE(command.path);
    if (command.hidden) {
      continue;
    }
    CHECK_FALSE(command.summary.empty());
    CHECK(command.examples.size() >= 2);
    CHECK(kind::help_of(command.path).find("  kind " + command.path) != std::string::npos);
  }
}
