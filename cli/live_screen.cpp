// SPDX-License-Identifier: Apache-2.0
// Escape sequences are those of ECMA-48 that every terminal emulator knows, and DECSET 1049, the other
// screen.
#include "live_screen.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "exit_code.hpp"

namespace ingot::cli {

namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kEraseBelow = "\x1b[J";
// To the end of the line, which in raw mode needs its carriage return.
constexpr std::string_view kNextLine = "\x1b[K\r\n";

constexpr std::string_view kUp = "\x1b[A";
constexpr std::string_view kDown = "\x1b[B";
constexpr std::string_view kPageUp = "\x1b[5~";
constexpr std::string_view kPageDown = "\x1b[6~";
constexpr char kCtrlC = '\x03';

}  // namespace

LiveScreen::LiveScreen(Context& context)
    : context_(context), on_stop_(context.stop(), [this] { stop_.request_stop(); }) {
  raw_ = context.host.terminal.make_raw();
  context.host.out.write(kEnter);
  context.host.terminal.on_resize([this] { draw(); });
  draw();
  keys_ = std::jthread([this](const std::stop_token& end) { read_keys(end); });
}

LiveScreen::~LiveScreen() {
  context_.host.terminal.on_resize({});
  keys_ = {};
  context_.host.out.write(kLeave);
}

void LiveScreen::take(std::string_view message) {
  {
    const std::scoped_lock lock(mutex_);
    board_.take(message);
  }
  draw();
}

void LiveScreen::set_lost(const std::string& reason) {
  {
    const std::scoped_lock lock(mutex_);
    board_.set_lost(reason);
  }
  draw();
}

void LiveScreen::read_keys(const std::stop_token& end) {
  try {
    for (auto keys = context_.host.in.read(end); !keys.empty(); keys = context_.host.in.read(end)) {
      press(keys);
    }
  } catch (const base::Cancelled&) {
  }
}

void LiveScreen::press(std::string_view keys) {
  const bool is_interrupt = keys.find(kCtrlC) != std::string_view::npos;
  if (is_interrupt || keys.find('q') != std::string_view::npos) {
    exit_code_ = is_interrupt ? exit_interrupted : exit_done;
    has_quit_ = true;
    stop_.request_stop();
    return;
  }
  const auto page = static_cast<std::size_t>(std::max(1, context_.host.terminal.size().rows - 3));
  const auto is_pressed = [&](std::string_view key) { return keys.find(key) != std::string_view::npos; };
  const std::size_t down = is_pressed(kPageDown) ? page : is_pressed(kDown) ? 1 : 0;
  const std::size_t up = is_pressed(kPageUp) ? page : is_pressed(kUp) ? 1 : 0;
  {
    const std::scoped_lock lock(mutex_);
    first_ = first_ + down - std::min(first_ + down, up);
  }
  draw();
}

// One write for the whole picture: a terminal never shows half of it.
void LiveScreen::draw() {
  const auto size = context_.host.terminal.size();
  auto style = context_.out_style;
  style.columns = size.columns;
  const std::scoped_lock lock(mutex_);
  const auto picture = board_.picture(style, static_cast<std::size_t>(size.rows), first_);
  context_.host.out.write(std::string(kHome) + base::replace_all(picture, "\n", kNextLine) + "\x1b[K" +
                          std::string(kEraseBelow));
}

}  // namespace ingot::cli
