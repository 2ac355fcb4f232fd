// SPDX-License-Identifier: Apache-2.0
// What an operation tells while it runs: the one stream that every renderer (terminal, plain, JSON) and every
// later listener reads. Events are plain values. A sink is called from one thread at a time and must not
// throw.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ingot::plan {

enum class StepState { waiting, running, done, failed, skipped, undone };

[[nodiscard]] std::string_view to_text(StepState state) noexcept;

struct StepOutline {
  std::string id;
  std::string title;
};

// An operation ("create" of "cluster/kind") with the steps it is going to run.
struct OperationStarted {
  std::string verb;
  std::string subject;
  std::vector<StepOutline> steps;
};

struct StepStarted {
  std::string id;
  std::string title;
};

// `current` of `total`, in whatever unit `text` names; total 0 when unknown.
struct StepProgress {
  std::string id;
  std::string text;
  std::int64_t current = 0;
  std::int64_t total = 0;
};

// A moment worth keeping inside a step: "API server answers". The phases of a benchmark are made of these.
struct StepMark {
  std::string id;
  std::string text;
};

struct StepFinished {
  std::string id;
  std::string title;
  StepState state = StepState::done;
  std::chrono::milliseconds elapsed{0};
  std::optional<base::Failure> failure;
};

enum class Level { info, warning, error };

struct Notice {
  Level level = Level::info;
  std::string text;
};

struct OperationFinished {
  bool succeeded = false;
  std::chrono::milliseconds elapsed{0};
};

using EventBody = std::variant<OperationStarted, StepStarted, StepProgress, StepMark, StepFinished, Notice,
                               OperationFinished>;

struct Event {
  std::chrono::milliseconds at{0};  // since the operation started
  EventBody body;
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on(const Event& event) noexcept = 0;
};

}  // namespace ingot::plan
