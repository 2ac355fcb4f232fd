// SPDX-License-Identifier: Apache-2.0
// The displays of an operation's events on standard error. A display may be used from several threads: events
// come from one, notes from the signal thread, and some redraw on a thread of their own. Nothing here throws.
#pragma once

#include "base/wait.hpp"
#include "host.hpp"
#include "output/style.hpp"
#include "plan/event.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ingot::cli::output {

class Progress : public plan::EventSink {
 public:
  // A line of words that no event tells, such as the answer to Ctrl-C.
  virtual void note(std::string_view text) noexcept = 0;
};

enum class ProgressKind { tty, plain, json, quiet };

// "auto" is a terminal's display where the stream can be animated, else plain.
[[nodiscard]] ProgressKind to_progress_kind(std::string_view setting, const Style& style, bool quiet);

struct ProgressOptions {
  ProgressKind kind = ProgressKind::plain;
  Style style;
  std::string opening;  // what is being done before the first event: "create cluster/kind"
  std::function<base::Clock::time_point()> now = base::Clock::now;
};

// Shows the opening at once; the display is complete, and the terminal as it was, when the object goes.
[[nodiscard]] std::unique_ptr<Progress> make_progress(const OutStream& stream,
                                                      const ProgressOptions& options);

}  // namespace ingot::cli::output
