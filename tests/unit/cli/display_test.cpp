// SPDX-License-Identifier: Apache-2.0
#include "output/progress.hpp"
#include "output/table.hpp"
#include "output/view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace std::chrono_literals;
using namespace ingot::cli::output;
namespace plan = ingot::plan;

namespace {

struct Sink {
  std::string text;
  ingot::cli::OutStream stream{.write = [this](std::string_view piece) {
    text += piece;
    return ingot::cli::Written::fine;
  }};
};

// A short operation with a warning, as every display gets to see it.
void play(plan::EventSink& sink) {
  sink.on({0ms, plan::OperationStarted{"create", "cluster/a", {{"net", "network"}}}});
  sink.on({1ms, plan::StepStarted{"net", "network"}});
  sink.on({2ms, plan::StepMark{"net", "half way"}});
  sink.on({3ms, plan::Notice{plan::Level::warning, "odd"}});
  sink.on({1200ms, plan::StepFinished{"net", "network", plan::StepState::done, 1199ms, {}}});
  sink.on({1200ms, plan::OperationFinished{true, 1200ms}});
}

std::string shown_by(ProgressKind kind) {
  Sink sink;
  play(*make_progress(sink.stream, {.kind = kind, .style = {.columns = 60}, .opening = "create cluster/a"}));
  return sink.text;
}

}  // namespace

TEST_CASE("columns are as wide as their widest value and lines end with it") {
  const Table table{.headers = {"NAME", "STATE"}, .rows = {{{"a"}, {"Running"}}, {{"longer"}, {"-"}}}};
  CHECK(render(table, {}, {}) == "NAME     STATE\na        Running\nlonger   -\n");
  CHECK(render(table, {}, {.headers = false, .indent = 2}) == "  a        Running\n  longer   -\n");
}

TEST_CASE("a table is cut to the terminal and only then") {
  const Table table{.headers = {"NAME", "DETAIL"}, .rows = {{{"a"}, {"a long story"}}}};
  CHECK(render(table, {.unicode = true}, {.columns = 12}) == "NAME   DETA…\na      a lo…\n");
  CHECK(render(table, {}, {}).find("a long story") != std::string::npos);
}

TEST_CASE("colours do not count as width") {
  const Table table{.headers = {"A", "B"}, .rows = {{{"x", Colour::green}, {"y"}}}};
  CHECK(render(table, {.colour = true}, {.headers = false}) == "\x1b[32mx\x1b[0m   y\n");
  CHECK(width_of("\x1b[32mgrün\x1b[0m") == 4);
}

TEST_CASE("colour: a flag beats NO_COLOR, which beats forcing, which beats the stream") {
  const ingot::cli::OutStream terminal{.is_terminal = true};
  const ingot::cli::OutStream pipe{};
  CHECK(choose_style(terminal, {}, false).colour);
  CHECK_FALSE(choose_style(pipe, {}, false).colour);
  CHECK_FALSE(choose_style(terminal, {}, true).colour);
  CHECK_FALSE(choose_style(terminal, {{"TERM", "dumb"}}, false).colour);
  CHECK(choose_style(pipe, {{"FORCE_COLOR", "1"}}, false).colour);
  CHECK_FALSE(choose_style(pipe, {{"FORCE_COLOR", "0"}}, false).colour);
  CHECK_FALSE(choose_style(pipe, {{"FORCE_COLOR", "1"}, {"NO_COLOR", "1"}}, false).colour);
  CHECK(choose_style(terminal, {{"NO_COLOR", ""}}, false).colour);
}

TEST_CASE("a terminal is animated unless it is dumb or belongs to CI") {
  const ingot::cli::OutStream terminal{.is_terminal = true};
  CHECK(to_progress_kind("auto", choose_style(terminal, {}, false), false) == ProgressKind::tty);
  CHECK(to_progress_kind("auto", choose_style(terminal, {{"CI", "true"}}, false), false) ==
        ProgressKind::plain);
  CHECK(to_progress_kind("auto", choose_style({}, {}, false), false) == ProgressKind::plain);
  CHECK(to_progress_kind("plain", choose_style(terminal, {}, false), true) == ProgressKind::quiet);
}

TEST_CASE("symbols beyond ASCII need a locale with UTF-8") {
  CHECK(choose_style({}, {{"LANG", "C.UTF-8"}}, false).unicode);
  CHECK_FALSE(choose_style({}, {{"LANG", "C.UTF-8"}, {"LC_ALL", "C"}}, false).unicode);
  CHECK_FALSE(choose_style({}, {}, false).unicode);
}

TEST_CASE("plain progress has one line for the start and the end of each step") {
  CHECK(shown_by(ProgressKind::plain) ==
        "create cluster/a\n[0.00s] network ...\n[0.00s] half way\nwarning: odd\n[1.20s] network: done "
        "(1.20s)\n");
}

TEST_CASE("quiet progress has warnings only") {
  CHECK(shown_by(ProgressKind::quiet) == "warning: odd\n");
}

TEST_CASE("the terminal's display hides the cursor, shows what is over, and puts the cursor back") {
  const auto text = shown_by(ProgressKind::tty);
  CHECK(text.starts_with("\x1b[?25l.. create cluster/a  0."));  // a clock runs, and a busy machine is late
  CHECK(text.ends_with("\x1b[1A\r\x1b[Jwarning: odd\nok network  1.20s\n\x1b[?25h"));
}

TEST_CASE("JSON progress is one object a line") {
  std::vector<std::string> types;
  std::istringstream lines(shown_by(ProgressKind::json));
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line);
    CHECK(event.contains("at"));
    types.push_back(event.at("type"));
  }
  CHECK(types == std::vector<std::string>{"operationStarted", "stepStarted", "stepMark", "notice",
                                          "stepFinished", "operationFinished"});
}

TEST_CASE("ages are short and never negative") {
  CHECK(age_text(-5s) == "0s");
  CHECK(age_text(119s) == "119s");
  CHECK(age_text(2min) == "2m");
  CHECK(age_text(3h) == "3h");
  CHECK(age_text(24h * 10) == "10d");
}

TEST_CASE("an empty list has no table and an empty list of items") {
  const auto view = view_of(std::vector<ingot::cluster::ClusterSummary>{}, false, {});
  CHECK(view.tables.empty());
  CHECK(nlohmann::json::parse(view.value.to_json()).at("items").empty());
}

TEST_CASE("a cluster's status has a member for every fact, null where it is unknown") {
  ingot::cluster::ClusterStatus status{.name = "a",
                                       .nodes = {{.name = "a-control-plane", .state = "Stopped"}}};
  const auto json = nlohmann::json::parse(view_of(status, true, {}).value.to_json());
  CHECK(json.at("kind") == "ClusterStatus");
  CHECK(json.at("healthy") == false);
  CHECK(json.at("nodes").at(0).at("cpuCores").is_null());
  CHECK(json.at("nodes").at(0).at("started").is_null());
}
