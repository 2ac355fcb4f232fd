// SPDX-License-Identifier: Apache-2.0
// The parts of an export. Each gives all that can be had and notes what cannot; only base::Cancelled leaves.
// Internal to lib/logs.
#pragma once

#include "base/error.hpp"
#include "logs/folder.hpp"
#include "logs/results.hpp"
#include "node/host.hpp"

#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::logs {

// What is missing, noted by any thread.
class Findings {
 public:
  void add(std::string what, std::string reason);
  [[nodiscard]] std::vector<Missing> take();  // by what

  // Runs `work`; what it throws becomes a finding, but for Cancelled. The reason, or empty.
  std::string note_failure(const std::string& what, const std::function<void()>& work);

 private:
  std::mutex mutex_;
  std::vector<Missing> missing_;
};

// One sentence: the innermost fact that an error has.
[[nodiscard]] std::string reason_of(const base::Failure& failure);

// Runs all of them at once. Throws Cancelled once `stop` fires; they must not throw anything else.
void run_all(const std::vector<std::function<void()>>& works, std::size_t width, const std::stop_token& stop);

// kind's files of one node, in a folder named after it.
void collect_node(node::Host& host, const node::Node& node, const Folder& folder, Findings& findings,
                  const std::stop_token& stop);

// What the API server has, without what Secrets hold.
void collect_objects(node::Host& host, const std::vector<node::Node>& nodes, const Folder& folder,
                     Findings& findings, const std::stop_token& stop);

// Unpacks the tar that `produce` gives to its argument, while it comes. `strip`: the archive's paths begin
// with a folder of their own. What the archive may not do becomes a finding about `what`; Error{untrusted}
// when it is broken, has no end or too much.
void unpack(const std::function<void(const std::function<void(std::string_view)>& take)>& produce,
            const Folder& folder, bool strip, const std::string& what, Findings& findings);

}  // namespace ingot::logs
