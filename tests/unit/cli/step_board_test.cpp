// SPDX-License-Identifier: Apache-2.0
#include "output/step_board.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using ingot::cli::output::StepBoard;
using ingot::cli::output::Style;
namespace plan = ingot::plan;

namespace {

using Lines = std::vector<std::string>;

struct Board {
  Board() : board("create cluster/a", now) {}
  void tell(plan::EventBody body) { board.apply({.body = std::move(body)}, now); }

  ingot::base::Clock::time_point now{100s};
  StepBoard board;
  Style ascii{.columns = 40};
  Style unicode{.unicode = true, .columns = 40};
};

}  // namespace

TEST_CASE("before the first event the display says what is being done") {
  Board b;
  b.now += 1500ms;
  CHECK(b.board.running(b.ascii, b.now) == Lines{".. create cluster/a  1.50s"});
  CHECK(b.board.take_over(b.ascii).empty());
}

TEST_CASE("running steps are shown with their time and progress, finished ones scroll up once") {
  Board b;
  b.tell(plan::OperationStarted{"create", "cluster/a", {}});
  b.tell(plan::StepStarted{"pull", "pull the image"});
  b.tell(plan::StepStarted{"net", "network kind"});
  b.tell(plan::StepProgress{"pull", "", 25, 100});
  b.now += 2s;
  b.tell(plan::StepFinished{"net", "network kind", plan::StepState::done, 120ms, {}});
  CHECK(b.board.running(b.unicode, b.now) == Lines{"• pull the image  2.00s  25%"});
  CHECK(b.board.take_over(b.unicode) == Lines{"✓ network kind  0.12s"});
  CHECK(b.board.take_over(b.unicode).empty());
}

TEST_CASE("states are words where symbols would carry the meaning alone") {
  Board b;
  b.tell(plan::StepStarted{"a", "a"});
  b.tell(plan::StepFinished{"a", "a", plan::StepState::failed, 1s, {}});
  b.tell(plan::StepFinished{"b", "b", plan::StepState::undone, 1s, {}});
  CHECK(b.board.take_over(b.unicode) == Lines{"✗ failed: a  1.00s", "↶ undone: b  1.00s"});
}

TEST_CASE("a step that was stopped is shown, one that never started is not") {
  Board b;
  b.tell(plan::StepStarted{"a", "a"});
  b.tell(plan::StepFinished{"a", "a", plan::StepState::skipped, 1s, {}});
  b.tell(plan::StepFinished{"b", "b", plan::StepState::skipped, 0s, {}});
  CHECK(b.board.take_over(b.ascii) == Lines{"stopped a  1.00s"});
}

TEST_CASE("while steps are taken back, and after the end, the display is right") {
  Board b;
  b.tell(plan::OperationStarted{"create", "cluster/a", {}});
  b.tell(plan::StepStarted{"a", "a"});
  b.tell(plan::StepFinished{"a", "a", plan::StepState::failed, 1s, {}});
  b.now += 1s;
  CHECK(b.board.running(b.ascii, b.now) == Lines{".. cleaning up  1.00s"});
  b.tell(plan::OperationFinished{false, 2s});
  CHECK(b.board.running(b.ascii, b.now).empty());
}

TEST_CASE("no line is wider than the terminal") {
  Board b;
  b.tell(plan::StepStarted{"a", std::string(100, 'x')});
  for (const int columns : {1, 2, 10, 80}) {
    for (const auto& line : b.board.running({.unicode = true, .columns = columns}, b.now)) {
      CHECK(ingot::cli::output::width_of(line) <= static_cast<std::size_t>(std::max(columns - 1, 1)));
    }
  }
}

TEST_CASE("a block of very many steps is cut and says so") {
  Board b;
  for (int i = 0; i < 40; ++i) {
    b.tell(plan::StepStarted{std::to_string(i), "step"});
  }
  const auto lines = b.board.running(b.ascii, b.now);
  CHECK(lines.size() == 13);
  CHECK(lines.back() == "   and 28 more");
}
