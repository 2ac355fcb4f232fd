// SPDX-License-Identifier: Apache-2.0
#include "plan/plan.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace ingot::plan {

namespace {

[[noreturn]] void abort_with(std::string_view what, std::string_view id) {
  fmt::print(stderr, "ingot: internal mistake in a plan: {} '{}'\n", what, id);
  std::abort();
}

constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

}  // namespace

std::size_t Plan::index_of(std::string_view id) const {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].id == id) {
      return i;
    }
  }
  return kAbsent;
}

void Plan::add(Step step) {
  if (index_of(step.id) != kAbsent) {
    abort_with("two steps of the id", step.id);
  }
  for (const auto& need : step.needs) {
    if (index_of(need) == kAbsent) {
      abort_with("a step needs what is not before it:", need);
    }
  }
  steps_.push_back(std::move(step));
}

std::string Plan::to_text() const {
  std::string text;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    std::string needs;
    for (const auto& need : steps_[i].needs) {
      needs += fmt::format("{}#{}", needs.empty() ? " <- " : ", ", index_of(need) + 1);
    }
    text += fmt::format("#{} {}{}: {}\n", i + 1, steps_[i].id, needs, steps_[i].cause);
  }
  return text;
}

}  // namespace ingot::plan
