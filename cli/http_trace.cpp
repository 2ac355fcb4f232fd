// SPDX-License-Identifier: Apache-2.0
#include "http_trace.hpp"

#include "base/redact.hpp"
#include "base/text.hpp"
#include "output/failure.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

constexpr std::size_t kMostBody = std::size_t{16} << 10U;

// Objects that are secret as a whole.
bool is_secret(std::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  return path.find("/secrets") != std::string_view::npos || path.ends_with("/token") || path == "/auth";
}

std::string shown_body(std::string_view body, std::string_view target) {
  if (is_secret(target)) {
    return fmt::format("({} bytes of a secret)", body.size());
  }
  if (body.find('\0') != std::string_view::npos) {
    return fmt::format("({} bytes)", body.size());
  }
  // Redacted before it is cut: half a key would not be recognised.
  const auto text = base::redacted(base::trim(body));
  return text.size() <= kMostBody
             ? text
             : fmt::format("{}... ({} more bytes)", text.substr(0, kMostBody), text.size() - kMostBody);
}

}  // namespace

std::vector<std::string> to_lines(const http::Observed& seen, bool bodies) {
  const std::string server = seen.server.starts_with('/') ? "" : std::string(seen.server);
  const std::string result = seen.status != 0 ? std::to_string(seen.status) : std::string(seen.error);
  std::vector<std::string> lines{fmt::format("http: {} {}{} {}, {} ms", seen.method, server,
                                             base::redacted(seen.target), result, seen.elapsed.count())};
  if (bodies && !seen.request_body.empty()) {
    lines.push_back("http: > " + shown_body(seen.request_body, seen.target));
  }
  if (bodies && !seen.answer_body.empty()) {
    lines.push_back("http: < " + shown_body(seen.answer_body, seen.target));
  }
  for (auto& line : lines) {
    line = output::harmless(line);
  }
  return lines;
}

void HttpTrace::show_through(output::Progress* display) {
  const std::lock_guard lock(mutex_);
  display_ = display;
}

void HttpTrace::show(const http::Observed& seen) noexcept {
  try {
    const auto lines = to_lines(seen, bodies_);
    const std::lock_guard lock(mutex_);
    for (const auto& line : lines) {
      if (display_ != nullptr) {
        display_->note(line);
      } else {
        err_.write(line + "\n");
      }
    }
  } catch (const std::exception&) {  // no memory
    return;
  }
}

}  // namespace ingot::cli
