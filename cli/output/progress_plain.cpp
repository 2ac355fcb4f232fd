// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "output/displays.hpp"
#include "output/ticker.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>

namespace ingot::cli::output {

namespace {

constexpr std::chrono::seconds kSignOfLife{30};

class ProgressPlain final : public Progress {
 public:
  ProgressPlain(const OutStream& stream, const ProgressOptions& options)
      : stream_(stream),
        style_(options.style),
        now_(options.now),
        said_(options.now()),
        ticker_(std::chrono::seconds(1), [this] { say_if_silent(); }) {
    say(options.opening);
  }

  void on(const plan::Event& event) noexcept override {
    const std::lock_guard lock(mutex_);
    const auto at = base::to_text(event.at);
    if (const auto* started = std::get_if<plan::StepStarted>(&event.body)) {
      running_[started->id] = {started->title, now_()};
      say(fmt::format("[{}] {} ...", at, started->title));
    } else if (const auto* mark = std::get_if<plan::StepMark>(&event.body)) {
      say(fmt::format("[{}] {}", at, mark->text));
    } else if (const auto* finished = std::get_if<plan::StepFinished>(&event.body)) {
      const bool ran = running_.erase(finished->id) > 0;
      if (ran || finished->state != plan::StepState::skipped) {
        say(fmt::format("[{}] {}: {} ({})", at, finished->title, state_text(finished->state),
                        base::to_text(finished->elapsed)));
      }
    } else if (const auto* notice = std::get_if<plan::Notice>(&event.body)) {
      say((notice->level == plan::Level::info ? "" : "warning: ") + notice->text);
    }
  }

  void note(std::string_view text) noexcept override {
    const std::lock_guard lock(mutex_);
    say(std::string(text));
  }

 private:
  struct Running {
    std::string title;
    base::Clock::time_point since;
  };

  static std::string_view state_text(plan::StepState state) {
    return state == plan::StepState::skipped ? "stopped" : plan::to_text(state);
  }

  void say(const std::string& line) {
    stream_.write(line + "\n");
    said_ = now_();
  }

  void say_if_silent() {
    const std::lock_guard lock(mutex_);
    if (now_() - said_ < kSignOfLife) {
      return;
    }
    std::string titles;
    for (const auto& [id, step] : running_) {
      const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now_() - step.since);
      titles += fmt::format("{}{} ({})", titles.empty() ? "" : ", ", step.title, base::to_text(elapsed));
    }
    say("still " + (titles.empty() ? "working" : titles));
  }

  const OutStream& stream_;
  Style style_;
  std::function<base::Clock::time_point()> now_;
  std::mutex mutex_;
  std::map<std::string, Running> running_;
  base::Clock::time_point said_;
  Ticker ticker_;  // last: its thread uses all of the above
};

}  // namespace

std::unique_ptr<Progress> make_progress_plain(const OutStream& stream, const ProgressOptions& options) {
  return std::make_unique<ProgressPlain>(stream, options);
}

}  // namespace ingot::cli::output
