// SPDX-License-Identifier: Apache-2.0
// Escape sequences are those of ECMA-48 that every terminal emulator knows: CUU (up), ED (erase below), and
// DECTCEM (cursor visibility).
#include "output/displays.hpp"
#include "output/step_board.hpp"
#include "output/ticker.hpp"

#include <fmt/format.h>

#include <mutex>

namespace ingot::cli::output {

namespace {

constexpr std::chrono::milliseconds kRedraw{100};

class ProgressTty final : public Progress {
 public:
  ProgressTty(const OutStream& stream, const ProgressOptions& options)
      : stream_(stream),
        style_(options.style),
        now_(options.now),
        board_(options.opening, options.now()),
        ticker_(kRedraw, [this] { redraw(); }) {
    stream_.write("\x1b[?25l");
    redraw();
  }
  ~ProgressTty() override {
    const std::lock_guard lock(mutex_);
    stream_.write(erased() + lines_of(board_.take_over(style_)) + "\x1b[?25h");
    closed_ = true;
  }
  ProgressTty(const ProgressTty&) = delete;
  ProgressTty& operator=(const ProgressTty&) = delete;

  void on(const plan::Event& event) noexcept override {
    const std::lock_guard lock(mutex_);
    board_.apply(event, now_());
  }
  void note(std::string_view text) noexcept override {
    {
      const std::lock_guard lock(mutex_);
      board_.note(std::string(text));
    }
    redraw();
  }

 private:
  [[nodiscard]] std::string erased() const {
    return shown_.empty() ? "" : fmt::format("\x1b[{}A\r\x1b[J", shown_.size());
  }
  static std::string lines_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) {
      text += line + "\n";
    }
    return text;
  }

  void redraw() {
    const std::lock_guard lock(mutex_);
    const auto over = board_.take_over(style_);
    auto running = board_.running(style_, now_());
    if (closed_ || (over.empty() && running == shown_)) {
      return;
    }
    // One write for the whole picture: a terminal never shows half of it.
    stream_.write(erased() + lines_of(over) + lines_of(running));
    shown_ = std::move(running);
  }

  const OutStream& stream_;
  Style style_;
  std::function<base::Clock::time_point()> now_;
  std::mutex mutex_;
  StepBoard board_;
  std::vector<std::string> shown_;
  bool closed_ = false;
  Ticker ticker_;  // last: its thread uses all of the above
};

}  // namespace

std::unique_ptr<Progress> make_progress_tty(const OutStream& stream, const ProgressOptions& options) {
  return std::make_unique<ProgressTty>(stream, options);
}

}  // namespace ingot::cli::output
