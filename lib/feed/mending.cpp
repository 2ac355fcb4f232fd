// SPDX-License-Identifier: Apache-2.0
#include "feed/mending.hpp"

#include <algorithm>

namespace ingot::feed {

void Mending::see(const attach::Holding& holding, bool lacks, Time now) {
  if (!lacks) {
    forget(holding.id);
    return;
  }
  const auto known = waiting_.find(holding.id);
  if (known != waiting_.end() && known->second.run == holding.run) {
    return;
  }
  const auto due = now + patience_.front();
  waiting_[holding.id] = {.name = holding.name, .cluster = holding.cluster, .run = holding.run, .due = due};
  // Nodes of a cluster start one after the other: one command is for all of them.
  for (auto& [id, other] : waiting_) {
    if (!holding.cluster.empty() && other.cluster == holding.cluster && other.tries == 0) {
      other.due = due;
    }
  }
}

std::optional<Mending::Time> Mending::next() const {
  std::optional<Time> next;
  for (const auto& [id, waiting] : waiting_) {
    if (waiting.due && (!next || *waiting.due < *next)) {
      next = waiting.due;
    }
  }
  return next;
}

std::set<std::string> Mending::due(Time now) const {
  std::set<std::string> ids;
  for (const auto& [id, waiting] : waiting_) {
    if (waiting.due && *waiting.due <= now) {
      ids.insert(id);
    }
  }
  return ids;
}

std::vector<std::vector<std::string>> Mending::take_due(Time now) {
  std::map<std::string, std::vector<std::string>> names;  // by whom one command is for
  for (const auto& id : due(now)) {
    auto& waiting = waiting_.at(id);
    names[waiting.cluster.empty() ? "instance/" + waiting.name : waiting.cluster].push_back(waiting.name);
    ++waiting.tries;
    waiting.due =
        waiting.tries < patience_.size() ? std::optional(now + patience_[waiting.tries]) : std::nullopt;
  }
  std::vector<std::vector<std::string>> groups;
  for (auto& [owner, group] : names) {
    std::ranges::sort(group);
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace ingot::feed
