// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/faults.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <regex>

namespace ingot::testing {

void Faults::Hold::release() {
  {
    const std::scoped_lock lock(mutex_);
    is_released_ = true;
  }
  bell_.ring();
}

void Faults::Hold::wait_until_held() {
  static_cast<void>(wait_until(bell_, mutex_, [this] { return is_held_; }));
}

void Faults::add(const Match& match, std::string what, std::function<void(Verdict&)> apply) {
  const std::scoped_lock lock(mutex_);
  rules_.push_back({.match = match, .what = std::move(what), .apply = std::move(apply)});
}

void Faults::fail(const Match& match, int status, const std::string& message) {
  answer(match, status, nlohmann::json{{"message", message}}.dump() + "\n");
}

void Faults::answer(const Match& match, int status, const std::string& body) {
  add(match, fmt::format("answer {}", status), [status, body](Verdict& verdict) {
    verdict.answer = {status, body};
  });
}

void Faults::cut_after(const Match& match, std::size_t bytes) {
  add(match, fmt::format("cut after {} bytes", bytes),
      [bytes](Verdict& verdict) { verdict.cut_after = bytes; });
}

std::shared_ptr<Faults::Hold> Faults::hold(const Match& match) {
  auto hold = std::make_shared<Hold>();
  add(match, "hold", [hold](Verdict& verdict) { verdict.hold = hold; });
  const std::scoped_lock lock(mutex_);
  holds_.push_back(hold);
  return hold;
}

void Faults::die(const Match& match) {
  add(match, "die", [](Verdict& verdict) { verdict.dies = true; });
}

void Faults::before(const Match& match, std::function<void()> act) {
  add(match, "before", [act = std::move(act)](Verdict& verdict) { verdict.before.push_back(act); });
}

Faults::Verdict Faults::judge(const std::string& method, const std::string& path) {
  const std::scoped_lock lock(mutex_);
  Verdict verdict;
  for (Rule& rule : rules_) {
    const bool matches = (rule.match.method.empty() || rule.match.method == method) &&
                         (rule.match.path.empty() || std::regex_match(path, std::regex(rule.match.path)));
    if (matches && (++rule.seen == rule.match.nth || rule.match.nth == 0)) {
      rule.used = true;
      rule.apply(verdict);
    }
  }
  return verdict;
}

std::vector<std::string> Faults::unused() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (const Rule& rule : rules_) {
    if (!rule.used) {
      names.push_back(
          fmt::format("{} {} #{}: {}", rule.match.method, rule.match.path, rule.match.nth, rule.what));
    }
  }
  return names;
}

void Faults::clear() {
  const std::scoped_lock lock(mutex_);
  rules_.clear();
  for (const auto& hold : holds_) {
    hold->release();
  }
  holds_.clear();
}

}  // namespace ingot::testing
