// SPDX-License-Identifier: Apache-2.0
// Lines of a container's log file: "2026-01-02T03:04:05.678901234Z stderr F words", where P instead of F says
// that the line goes on (Kubernetes, CRI logging format). Pure and incremental.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ingot::logs {

// Lines out of pieces. One that grows beyond 1 MiB comes in parts.
class LineSplitter {
 public:
  // False as soon as `on_line` returns false. Lines come without their end.
  bool feed(std::string_view piece, const std::function<bool(std::string_view line)>& on_line);
  // What came after the last line break.
  bool finish(const std::function<bool(std::string_view line)>& on_line);

 private:
  std::string rest_;
};

class CriDecoder {
 public:
  explicit CriDecoder(std::optional<std::chrono::system_clock::time_point> since) : since_(since) {}

  // The container's own line that is complete with this one, unless it is older than wanted. A line that is
  // of another form is given as it is.
  [[nodiscard]] std::optional<std::string> take(std::string_view line);

 private:
  std::optional<std::chrono::system_clock::time_point> since_;
  std::string begun_;
};

}  // namespace ingot::logs
