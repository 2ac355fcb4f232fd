// SPDX-License-Identifier: Apache-2.0
// What a terminal shows of an operation, as lines: those that are over and scroll up, and the block of what
// runs now. No clock and no stream: the time is passed in.
#pragma once

#include "base/wait.hpp"
#include "output/style.hpp"
#include "plan/event.hpp"

#include <string>
#include <vector>

namespace ingot::cli::output {

class StepBoard {
 public:
  StepBoard(std::string opening, base::Clock::time_point now);

  void apply(const plan::Event& event, base::Clock::time_point now);
  void note(std::string text) { over_.push_back({.state = State::note, .text = std::move(text)}); }

  // The lines since the last call that will not change any more.
  [[nodiscard]] std::vector<std::string> take_over(const Style& style);
  // The lines of what runs, none of them wider than the terminal.
  [[nodiscard]] std::vector<std::string> running(const Style& style, base::Clock::time_point now) const;

 private:
  enum class State { done, failed, undone, stopped, note, warning };
  struct Line {
    State state = State::done;
    std::string text;
    std::string elapsed;
  };
  struct Running {
    std::string id;
    std::string title;
    std::string progress;
    base::Clock::time_point since;
  };

  void finish(const plan::StepFinished& finished);
  [[nodiscard]] static std::string line_text(const Line& line, const Style& style);

  std::string idle_;  // shown when no step runs: before the first, and while steps are taken back
  base::Clock::time_point idle_since_;
  std::vector<Running> running_;
  std::vector<Line> over_;
};

}  // namespace ingot::cli::output
