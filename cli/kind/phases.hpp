// SPDX-License-Identifier: Apache-2.0
// The progress of a create as kind tells it: phases, one after the other, with a line where one begins and
// one where it ends. Ingot's steps run side by side, so each belongs to one of kind's phases, and a phase
// ends when its own steps and all earlier phases are over.
#pragma once

#include "base/wait.hpp"
#include "output/progress.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli::kind {

// What the phases of a create depend on.
struct Outline {
  std::vector<std::string> images;  // each once
  std::vector<std::string> control_planes;
  std::vector<std::string> workers;
  bool default_cni = true;
  std::chrono::milliseconds wait{0};  // --wait; 0: no phase for it
};

class Phases final : public output::Progress {
 public:
  // `verbose`: every step of ingot's, too.
  Phases(const OutStream& stream, const output::Style& style, const Outline& outline, bool verbose);

  void on(const plan::Event& event) noexcept override;
  void note(std::string_view text) noexcept override;

  // The end of waiting, which no event tells. Called after the operation.
  void end_wait(bool is_ready);
  // Containers that a failed create took away again.
  [[nodiscard]] const std::vector<std::string>& removed() const { return removed_; }

 private:
  struct Phase {
    std::string title;
    std::function<bool(std::string_view step)> owns;
    bool is_wait = false;
    int left = 0;  // steps not done
  };

  void add(std::string title, std::function<bool(std::string_view)> owns);
  void add_phases(const Outline& outline);
  void plan(const std::vector<plan::StepOutline>& steps);
  void finish(const plan::StepFinished& step);
  void advance();
  void open();
  void close(bool succeeded);
  void say(std::string_view line);

  const OutStream& stream_;
  output::Style style_;
  bool verbose_;
  std::mutex mutex_;
  std::vector<Phase> phases_;
  std::map<std::string, std::size_t, std::less<>> phase_of_;
  std::size_t current_ = 0;
  bool is_open_ = false;
  bool is_planned_ = false;
  base::Clock::time_point opened_;
  std::optional<base::Clock::time_point> ready_;
  std::vector<std::string> removed_;
};

}  // namespace ingot::cli::kind
