// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include "base/error.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace std::chrono_literals;
using ingot::cli::Environment;
using ingot::cli::Settings;

namespace {

// An environment whose user file has this text.
struct Home {
  explicit Home(const std::string& text) {
    std::ofstream(folder / "config.yaml") << text;
    environment["INGOT_CONFIG"] = folder / "config.yaml";
  }
  ingot::testing::TempDir folder;
  Environment environment;
};

ingot::base::Failure failure_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const ingot::base::Error& error) {
    return error.failure();
  }
  FAIL("nothing was thrown");
  return {};
}

}  // namespace

TEST_CASE("a setting comes from the flag, the environment, the user file, or is built in, in this order") {
  Home home("output: yaml\n");
  auto setting = Settings(home.environment).get("output");
  CHECK(setting.value == "yaml");
  CHECK(setting.origin == home.folder / "config.yaml:1");

  home.environment["INGOT_OUTPUT"] = "json";
  setting = Settings(home.environment).get("output");
  CHECK(setting.value == "json");
  CHECK(setting.origin == "INGOT_OUTPUT");

  setting = Settings(home.environment).get("output", "name");
  CHECK(setting.value == "name");
  CHECK(setting.origin == "--output");

  setting = Settings({}).get("output");
  CHECK(setting.value == "table");
  CHECK(setting.origin == "built-in");
}

TEST_CASE("an empty variable counts as one that is not set") {
  CHECK(Settings({{"INGOT_CLUSTER", ""}, {"KIND_CLUSTER_NAME", "k"}}).get("cluster").value == "k");
  CHECK(Settings({{"INGOT_CLUSTER", "i"}, {"KIND_CLUSTER_NAME", "k"}}).get("cluster").value == "i");
}

TEST_CASE("what a cluster file may say is not taken from the user file before it") {
  const Home home("cluster: mine\n");
  CHECK(Settings(home.environment).from_environment("cluster").value.empty());
  CHECK(Settings(home.environment).get("cluster").value == "mine");
}

TEST_CASE("a value that is no choice is refused with its origin") {
  const auto failure = failure_of([] { const Settings settings(Environment{{"INGOT_OUTPUT", "xml"}}); });
  CHECK(failure.code == ingot::base::ErrorCode::invalid_input);
  CHECK(failure.message == "unknown value 'xml' of INGOT_OUTPUT; known: table, wide, json, yaml, name");
}

TEST_CASE("all mistakes of the user file are told at once") {
  const Home home("ouput: json\noutput: json\noutput: yaml\ntimeout: [1]\n");
  const auto failure = failure_of([&] { const Settings settings(home.environment); });
  CHECK(failure.problems == std::vector<std::string>{"line 1: unknown key 'ouput'; did you mean 'output'?",
                                                     "line 3: 'output' is given twice",
                                                     "line 4: 'timeout' needs one value"});
}

TEST_CASE("a user file that is no mapping is refused, an empty one is not") {
  CHECK(failure_of([] { const Settings settings(Home("just words\n").environment); }).problems.size() == 1);
  CHECK(failure_of([] { const Settings settings(Home("a: [\n").environment); }).problems.size() == 1);
  CHECK_NOTHROW(Settings(Home("").environment));
  CHECK_NOTHROW(Settings(Environment{{"INGOT_CONFIG", "/does/not/exist"}}));
}

TEST_CASE("folders follow the XDG rules: absolute variables only, else below HOME, else none") {
  using ingot::cli::xdg_folder;
  CHECK(xdg_folder({{"XDG_CACHE_HOME", "/c"}, {"HOME", "/h"}}, "XDG_CACHE_HOME", ".cache") == "/c");
  CHECK(xdg_folder({{"XDG_CACHE_HOME", "c"}, {"HOME", "/h"}}, "XDG_CACHE_HOME", ".cache") == "/h/.cache");
  CHECK(xdg_folder({}, "XDG_CACHE_HOME", ".cache").empty());
}

TEST_CASE("durations and numbers are checked") {
  CHECK(ingot::cli::to_duration({"90s", "--timeout"}, "time limit") == 90s);
  CHECK(failure_of([] {
          (void)ingot::cli::to_duration({"5", "INGOT_TIMEOUT"}, "time limit");
        }).cause == "it comes from INGOT_TIMEOUT");
  CHECK(ingot::cli::to_number("7", "--workers", 0, 10) == 7);
  for (const char* text : {"", "-1", "11", "1x", "0x1", " 1"}) {
    CHECK_THROWS_AS(ingot::cli::to_number(text, "--workers", 0, 10), ingot::base::Error);
  }
}
