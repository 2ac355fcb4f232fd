// SPDX-License-Identifier: Apache-2.0
// What `doctor` finds: one line of fact each, with the command that mends it.
#pragma once

#include <string>
#include <vector>

namespace ingot::doctor {

enum class Severity { ok, warning, problem };

struct Finding {
  std::string check;  // stable id: "engine", "cgroup", "inotify", ...
  Severity severity = Severity::ok;
  std::string detail;  // what was seen
  std::string remedy;  // command or change; empty when ok
};

struct Report {
  std::vector<Finding> findings;
  [[nodiscard]] bool healthy() const {  // warnings do not count
    for (const auto& finding : findings) {
      if (finding.severity == Severity::problem) {
        return false;
      }
    }
    return true;
  }
};

}  // namespace ingot::doctor
