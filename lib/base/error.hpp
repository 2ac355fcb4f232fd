// SPDX-License-Identifier: Apache-2.0
// The one error vocabulary of ingot. Thrown anywhere, caught in three places: the plan executor (which turns
// it into a Failure value), cli::run (text and exit code), and clean-up that must not throw.
// Cancelled is deliberately not an Error: `catch (const Error&)` must never swallow a Ctrl-C.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::base {

enum class ErrorCode {
  engine_unreachable,  // no engine answers: not running, not permitted, no such socket
  engine_refused,      // the engine answered, with a failure
  not_found,
  already_exists,
  invalid_input,  // usage or configuration; `problems` lists every one of them
  image_missing,
  command_failed,  // a command in a node exited non-zero; `detail` holds its output
  timed_out,
  unsupported,
  cluster_unreachable,  // the cluster's API server does not answer
  cluster_refused,      // it answered, with a failure
  environment,          // the machine lacks something (disk, permission, kernel limit)
  untrusted,            // an answer from outside that is not what its protocol says
  internal,             // a mistake of ours
};

// Stable identifier for JSON output, such as "engine-unreachable".
[[nodiscard]] std::string_view to_id(ErrorCode code) noexcept;

// What failed, as data. `message` is one sentence without a final stop; `cause` the innermost fact, or empty;
// `context` grows outwards ("creating node 'a-worker'"); `detail` is captured output, shown indented;
// `problems` lists each fault of bad input; `remedy` is one command or change, or empty to let the CLI
// choose.
struct Failure {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string cause;
  std::vector<std::string> context;
  std::string detail;
  std::vector<std::string> problems;
  std::string remedy;
};

class Error : public std::exception {
 public:
  explicit Error(Failure failure) : failure_(std::move(failure)) {}
  Error(ErrorCode code, std::string message, std::string cause = {})
      : failure_{.code = code, .message = std::move(message), .cause = std::move(cause)} {}

  [[nodiscard]] const Failure& failure() const noexcept { return failure_; }
  [[nodiscard]] ErrorCode code() const noexcept { return failure_.code; }
  [[nodiscard]] const char* what() const noexcept override { return failure_.message.c_str(); }

 private:
  Failure failure_;
};

// A stop was asked for (Ctrl-C, or another step failed). `left_behind` tells what was not taken back because
// the user did not want to wait for it, and `remedy` how to remove it; both are empty when nothing is left.
class Cancelled : public std::exception {
 public:
  Cancelled() = default;
  Cancelled(std::string left_behind, std::string remedy)
      : left_behind_(std::move(left_behind)), remedy_(std::move(remedy)) {}

  [[nodiscard]] const std::string& left_behind() const noexcept { return left_behind_; }
  [[nodiscard]] const std::string& remedy() const noexcept { return remedy_; }
  [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }

 private:
  std::string left_behind_;
  std::string remedy_;
};

// Runs `work`; an Error that leaves it gains one more line of context.
template <typename Work>
auto with_context(std::string_view doing, Work&& work) -> decltype(work()) {
  try {
    return std::forward<Work>(work)();
  } catch (const Error& error) {
    Failure failure = error.failure();
    failure.context.emplace_back(doing);
    throw Error(std::move(failure));
  }
}

// Any exception as a Failure value, so that it can cross a thread. Call inside a catch block.
[[nodiscard]] Failure current_failure();

}  // namespace ingot::base
