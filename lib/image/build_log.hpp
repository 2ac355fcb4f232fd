// SPDX-License-Identifier: Apache-2.0
// What tools/node-image prints while it builds, as events: "  > state: up to 20 s" is something that begins,
// "    kubernetes: 30 s of about 290 s" is how far it is. One thread.
#pragma once

#include "plan/plan.hpp"

#include <deque>
#include <string>
#include <string_view>

namespace ingot::image {

class BuildLog {
 public:
  explicit BuildLog(plan::StepContext& context) : context_(context) {}

  // The next bytes; they may end anywhere.
  void feed(std::string_view bytes);
  // The last lines, for when it fails.
  [[nodiscard]] std::string tail() const;

 private:
  void take(const std::string& line);

  plan::StepContext& context_;
  std::string rest_;
  std::deque<std::string> last_;
};

}  // namespace ingot::image
