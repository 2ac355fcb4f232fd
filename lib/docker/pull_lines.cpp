// SPDX-License-Identifier: Apache-2.0
#include "docker/pull_lines.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "docker/json_value.hpp"

namespace ingot::docker {

namespace {

constexpr std::size_t kMaxLine = 1U << 20U;

}  // namespace

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
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    rest_ += bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    take_line(rest_, progress);
    rest_.clear();
  }
  rest_ += bytes;
  if (rest_.size() > kMaxLine) {
    throw base::Error(base::ErrorCode::untrusted, "the engine's answer cannot be understood (a pull)",
                      "a line of more than 1MiB");
  }
}

void PullLines::finish(const std::function<void(const PullProgress&)>& progress) {
  take_line(rest_, progress);
  rest_.clear();
}

}  // namespace ingot::docker
