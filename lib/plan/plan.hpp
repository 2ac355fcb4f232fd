// SPDX-License-Identifier: Apache-2.0
// A plan: steps as data, in an order in which they may run. It prints as text (--dry-run, tests, bug reports)
// and decides nothing while it runs; see executor.hpp.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::plan {

// What a running step may use. Calls are safe from the step's thread and from threads it starts.
class StepContext {
 public:
  virtual ~StepContext() = default;
  [[nodiscard]] virtual const std::stop_token& stop() const = 0;
  virtual void progress(std::string_view text, std::int64_t current, std::int64_t total) = 0;
  virtual void mark(std::string_view text) = 0;
  virtual void warn(std::string_view text) = 0;
};

struct Step {
  std::string id;                  // "node/kind-worker/create"
  std::string title;               // "create node kind-worker"
  std::string cause;               // why the plan has it: "the spec wants it, none exists"
  std::vector<std::string> needs;  // ids of steps that must be done before
  std::function<void(StepContext&)> run;
  // Takes back whatever `run` may have left, also half-done. Must be idempotent; null: nothing to take back.
  std::function<void(const std::stop_token&)> undo;
};

class Plan {
 public:
  // Appends; a program error (abort) if the id is taken or a need is not an earlier step, so that a plan is
  // acyclic by construction.
  void add(Step step);

  [[nodiscard]] const std::vector<Step>& steps() const noexcept { return steps_; }
  [[nodiscard]] bool empty() const noexcept { return steps_.empty(); }

  // One line per step: "#3 node/kind-worker/create <- #1, #2: the spec wants it, none exists".
  [[nodiscard]] std::string to_text() const;

 private:
  [[nodiscard]] std::size_t index_of(std::string_view id) const;

  std::vector<Step> steps_;
};

}  // namespace ingot::plan
