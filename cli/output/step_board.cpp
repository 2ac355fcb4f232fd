// SPDX-License-Identifier: Apache-2.0
#include "output/step_board.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli::output {

namespace {

constexpr std::size_t kMostLines = 12;

std::string progress_text(const plan::StepProgress& progress) {
  if (progress.total <= 0) {
    return progress.text;
  }
  const auto percent = std::clamp<std::int64_t>(progress.current * 100 / progress.total, 0, 100);
  return fmt::format("{}{}{}%", progress.text, progress.text.empty() ? "" : " ", percent);
}

std::string elapsed_text(base::Clock::duration elapsed) {
  return base::to_text(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed));
}

}  // namespace

StepBoard::StepBoard(std::string opening, base::Clock::time_point now)
    : idle_(std::move(opening)), idle_since_(now) {}

void StepBoard::finish(const plan::StepFinished& finished) {
  const auto gone = std::erase_if(running_, [&](const Running& step) { return step.id == finished.id; });
  const auto elapsed = base::to_text(finished.elapsed);
  switch (finished.state) {
    case plan::StepState::done:
      over_.push_back({State::done, finished.title, elapsed});
      return;
    case plan::StepState::failed:
      over_.push_back({State::failed, finished.title, elapsed});
      return;
    case plan::StepState::undone:
      over_.push_back({State::undone, finished.title, elapsed});
      return;
    case plan::StepState::waiting:
    case plan::StepState::running:
    case plan::StepState::skipped:
      if (gone > 0) {  // it ran; what never started is not worth a line
        over_.push_back({State::stopped, finished.title, elapsed});
      }
  }
}

void StepBoard::apply(const plan::Event& event, base::Clock::time_point now) {
  if (std::holds_alternative<plan::OperationStarted>(event.body)) {
    idle_ = "cleaning up";
  } else if (const auto* started = std::get_if<plan::StepStarted>(&event.body)) {
    running_.push_back({.id = started->id, .title = started->title, .since = now});
  } else if (const auto* progress = std::get_if<plan::StepProgress>(&event.body)) {
    for (auto& step : running_) {
      if (step.id == progress->id) {
        step.progress = progress_text(*progress);
      }
    }
  } else if (const auto* finished = std::get_if<plan::StepFinished>(&event.body)) {
    finish(*finished);
    idle_since_ = now;
  } else if (const auto* notice = std::get_if<plan::Notice>(&event.body)) {
    over_.push_back({notice->level == plan::Level::info ? State::note : State::warning, notice->text});
  } else if (std::holds_alternative<plan::OperationFinished>(event.body)) {
    idle_.clear();
  }
}

std::string StepBoard::line_text(const Line& line, const Style& style) {
  const auto timed = [&](std::string_view sign, Colour colour, std::string_view prefix = {}) {
    return fmt::format("{} {}{}  {}", style.paint(colour, sign), prefix, line.text,
                       style.paint(Colour::dim, line.elapsed));
  };
  switch (line.state) {
    case State::done:
      return timed(style.unicode ? "✓" : "ok", Colour::green);
    case State::failed:
      return timed(style.unicode ? "✗" : "failed", Colour::red, style.unicode ? "failed: " : "");
    case State::undone:
      return timed(style.unicode ? "↶" : "undone", Colour::yellow, style.unicode ? "undone: " : "");
    case State::stopped:
      return timed(style.unicode ? "–" : "stopped", Colour::yellow, style.unicode ? "stopped: " : "");
    case State::note:
      return line.text;
    case State::warning:
      return style.paint(Colour::yellow, "warning:") + " " + line.text;
  }
  return line.text;
}

std::vector<std::string> StepBoard::take_over(const Style& style) {
  std::vector<std::string> lines;
  for (const auto& line : over_) {
    lines.push_back(line_text(line, style));
  }
  over_.clear();
  return lines;
}

std::vector<std::string> StepBoard::running(const Style& style, base::Clock::time_point now) const {
  const std::size_t columns = style.columns > 1 ? static_cast<std::size_t>(style.columns - 1) : 1;
  std::vector<std::string> lines;
  const auto add = [&](const std::string& title, const std::string& progress, base::Clock::time_point since) {
    lines.push_back(shorten(fmt::format("{} {}  {}{}{}", style.unicode ? "•" : "..", title,
                                        elapsed_text(now - since), progress.empty() ? "" : "  ", progress),
                            columns, style.unicode));
  };
  if (running_.empty() && !idle_.empty()) {
    add(idle_, "", idle_since_);
  }
  for (const auto& step : running_) {
    if (lines.size() == kMostLines && running_.size() > kMostLines + 1) {
      lines.push_back(
          shorten(fmt::format("   and {} more", running_.size() - kMostLines), columns, style.unicode));
      break;
    }
    add(step.title, step.progress, step.since);
  }
  return lines;
}

}  // namespace ingot::cli::output
