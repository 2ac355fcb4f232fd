// SPDX-License-Identifier: Apache-2.0
#include "docker/pull_lines.hpp"

#include "base/text.hpp"
#include "docker/json_value.hpp"

namespace ingot::docker {

void PullLines::take_line(std::string_view line, const std::function<void(const PullProgress&)>& progress) {
  if (base::trim(line).empty()) {
    return;
  }
  const JsonDocument document(line, "the progress of a pull");
  const JsonValue root = document.root();
  if (std::string error = root.text("error"); !error.empty()) {
    error_ = std::move(error);
    return;
  }
  PullProgress step{.layer = root.text("id"), .status = root.text("status")};
  if (const auto detail = root.find("progressDetail")) {
    step.current = detail->integer("current");
    step.total = detail->integer("total");
  }
  if (progress) {
    progress(step);
  }
}

void PullLines::feed(std::string_view bytes, const std::function<void(const PullProgress&)>& progress) {
  lines_.feed(bytes, [&](std::string_view line) {
    take_line(line, progress);
    return true;
  });
}

void PullLines::finish(const std::function<void(const PullProgress&)>& progress) {
  take_line(lines_.take_rest(), progress);
}

}  // namespace ingot::docker
