// SPDX-License-Identifier: Apache-2.0
#include "kind/phases.hpp"

#include "base/text.hpp"
#include "kind/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli::kind {

namespace {

using Words = std::vector<std::string>;

// "kind-worker" of "node/kind-worker/start" when the step is one of `whats`, else empty.
std::string_view node_of(std::string_view step, const Words& whats) {
  if (!step.starts_with("node/")) {
    return {};
  }
  step.remove_prefix(std::string_view("node/").size());
  const auto slash = step.rfind('/');
  const bool is_meant =
      slash != std::string_view::npos && std::ranges::find(whats, step.substr(slash + 1)) != whats.end();
  return is_meant ? step.substr(0, slash) : std::string_view();
}

bool contains(const Words& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

const Words kJoining{"start", "api-server", "join", "registered"};

}  // namespace

Phases::Phases(const OutStream& stream, const output::Style& style, const Outline& outline, bool verbose)
    : stream_(stream), style_(style), verbose_(verbose) {
  add_phases(outline);
  open();
}

void Phases::add(std::string title, std::function<bool(std::string_view)> owns) {
  phases_.push_back({.title = std::move(title), .owns = std::move(owns)});
}

void Phases::add_phases(const Outline& outline) {
  for (const auto& image : outline.images) {
    add(fmt::format("Ensuring node image ({}) 🖼️", image.substr(0, image.find('@'))),
        [step = "image/" + image](std::string_view id) { return id == step; });
  }
  const bool balanced = outline.control_planes.size() > 1;
  std::string boxes;
  for (std::size_t i = 0; i < outline.control_planes.size() + outline.workers.size() + (balanced ? 1 : 0);
       ++i) {
    boxes += "📦 ";
  }
  add("Preparing nodes " + boxes, [](std::string_view id) {
    return id == "network" || id == "load-balancer/create" || !node_of(id, {"create"}).empty();
  });
  if (balanced) {
    add("Configuring the external load balancer ⚖️",
        [](std::string_view id) { return id == "load-balancer/start"; });
  }
  add("Writing configuration 📜", [](std::string_view id) {
    return id == "rendering" || id == "certificates" || !node_of(id, {"files", "prepare"}).empty();
  });
  add("Starting control-plane 🕹️", [first = outline.control_planes.front()](std::string_view id) {
    return id == "api-server" || id == "controllers" || node_of(id, {"start"}) == first;
  });
  // One step of ingot's sends everything to the API.
  const auto is_api = [](std::string_view id) { return id == "api"; };
  if (outline.default_cni) {
    add("Installing CNI 🔌", is_api);
  }
  add("Installing StorageClass 💾", is_api);
  if (balanced) {
    add("Joining more control-plane nodes 🎮",
        [names = Words(outline.control_planes.begin() + 1, outline.control_planes.end())](
            std::string_view id) { return contains(names, node_of(id, kJoining)); });
  }
  if (!outline.workers.empty()) {
    add("Joining worker nodes 🚜",
        [names = outline.workers](std::string_view id) { return contains(names, node_of(id, kJoining)); });
  }
  if (outline.wait.count() > 0) {
    add(fmt::format("Waiting ≤ {} for control-plane = Ready ⏳", to_text(outline.wait)),
        [names = outline.control_planes](std::string_view id) {
          return contains(names, node_of(id, {"ready"}));
        });
    phases_.back().is_wait = true;
  }
}

void Phases::on(const plan::Event& event) noexcept {
  const std::lock_guard lock(mutex_);
  if (const auto* started = std::get_if<plan::OperationStarted>(&event.body)) {
    plan(started->steps);
  } else if (const auto* finished = std::get_if<plan::StepFinished>(&event.body)) {
    finish(*finished);
  } else if (const auto* notice = std::get_if<plan::Notice>(&event.body)) {
    if (notice->level != plan::Level::info) {
      say("WARNING: " + notice->text);
    } else if (verbose_) {
      say("DEBUG: " + notice->text);
    }
  }
}

void Phases::note(std::string_view text) noexcept {
  const std::lock_guard lock(mutex_);
  say(text);
}

void Phases::end_wait(bool is_ready) {
  const std::lock_guard lock(mutex_);
  if (!is_open_ || !phases_[current_].is_wait) {
    return;
  }
  close(is_ready);
  if (!is_ready) {
    return say(" • WARNING: Timed out waiting for Ready ⚠️");
  }
  const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::max(ready_.value_or(base::Clock::now()), opened_) - opened_);
  say(fmt::format(" • Ready after {} 💚", to_text((taken + std::chrono::milliseconds(500)) / 1000 * 1000)));
}

void Phases::plan(const std::vector<plan::StepOutline>& steps) {
  for (const auto& step : steps) {
    const auto owner = std::ranges::find_if(phases_, [&](const Phase& phase) { return phase.owns(step.id); });
    if (owner != phases_.end()) {
      phase_of_[step.id] = static_cast<std::size_t>(owner - phases_.begin());
      ++owner->left;
    }
  }
  is_planned_ = true;
  advance();
}

void Phases::finish(const plan::StepFinished& step) {
  if (verbose_) {
    say(fmt::format("DEBUG: {}: {} ({})", step.title, plan::to_text(step.state),
                    base::to_text(step.elapsed)));
  }
  if (step.state == plan::StepState::undone) {
    if (const auto node = node_of(step.id, {"create"}); !node.empty()) {
      removed_.emplace_back(node);
    }
  } else if (step.state == plan::StepState::failed && is_open_) {
    close(false);
    current_ = phases_.size();
  } else if (step.state == plan::StepState::done) {
    if (const auto found = phase_of_.find(step.id); found != phase_of_.end()) {
      auto& phase = phases_[found->second];
      if (--phase.left == 0 && phase.is_wait) {
        ready_ = base::Clock::now();
      }
    }
    advance();
  }
}

void Phases::advance() {
  while (is_planned_ && current_ < phases_.size()) {
    if (!is_open_) {
      open();
    }
    if (phases_[current_].left > 0 || phases_[current_].is_wait) {
      return;
    }
    close(true);
    ++current_;
  }
}

void Phases::open() {
  is_open_ = true;
  opened_ = base::Clock::now();
  stream_.write(fmt::format(" • {}  ...{}", phases_[current_].title, stream_.is_terminal ? "" : "\n"));
}

void Phases::close(bool succeeded) {
  is_open_ = false;
  const auto sign =
      succeeded ? style_.paint(output::Colour::green, "✓") : style_.paint(output::Colour::red, "✗");
  say(fmt::format(" {} {}", sign, phases_[current_].title));
}

// On a terminal the line of a phase that runs is written over: "\r", and EL (ECMA-48) erases it.
void Phases::say(std::string_view line) {
  stream_.write(fmt::format("{}{}\n", stream_.is_terminal ? "\r\x1b[K" : "", line));
  if (is_open_ && stream_.is_terminal) {
    stream_.write(fmt::format(" • {}  ...", phases_[current_].title));
  }
}

}  // namespace ingot::cli::kind
