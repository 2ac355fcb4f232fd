// SPDX-License-Identifier: Apache-2.0
#include "snapshot/copying.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"

#include <fmt/format.h>

#include <charconv>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace ingot::snapshot {

namespace {

using std::chrono::milliseconds;

// Does the same to every container at once; the first failure is thrown when all have come to their end.
void at_once(const std::vector<std::string>& ids, const std::function<void(const std::string&)>& act) {
  std::vector<std::exception_ptr> failures(ids.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      threads.emplace_back([&, i] {
        try {
          act(ids[i]);
        } catch (...) {
          failures[i] = std::current_exception();
        }
      });
    }
  }
  for (const auto& failure : failures) {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
}

// Containers that stand still for as long as this does.
class Pause {
 public:
  Pause(node::Host& host, const std::vector<std::string>& ids, const WhilePaused& while_paused)
      : host_(host), ids_(ids), while_paused_(while_paused) {}
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;
  ~Pause() {
    try {
      end();
    } catch (...) {  // NOLINT(bugprone-empty-catch): what went wrong before is the one to tell
    }
  }

  // Without the stop token: an engine may pause one a moment after everything was taken back.
  void begin() {
    if (while_paused_ && !ids_.empty()) {
      guard_ = while_paused_();
    }
    began_ = base::Clock::now();
    stands_ = true;
    at_once(ids_, [&](const std::string& id) { host_.pause(id, {}); });
  }
  void end() {
    if (!stands_) {
      return;
    }
    at_once(ids_, [&](const std::string& id) { host_.resume(id, {}); });
    stands_ = false;
    length_ = std::chrono::duration_cast<milliseconds>(base::Clock::now() - began_);
    guard_.reset();
  }
  [[nodiscard]] milliseconds length() const { return ids_.empty() ? milliseconds(0) : length_; }

 private:
  node::Host& host_;
  const std::vector<std::string>& ids_;
  const WhilePaused& while_paused_;
  std::shared_ptr<void> guard_;
  bool stands_ = false;
  base::Clock::time_point began_;
  milliseconds length_{0};
};

// The script's standard input: one line, when it is time.
class Go {
 public:
  void give() {
    const std::lock_guard lock(mutex_);
    given_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] std::string wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (taken_ || !changed_.wait(lock, stop, [this] { return given_; })) {
      return {};
    }
    taken_ = true;
    return "go\n";
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool given_ = false;
  bool taken_ = false;
};

class Talk {
 public:
  Talk(Pause& pause, Go& go, plan::StepContext& context) : pause_(pause), go_(go), context_(context) {}

  void hear(std::string_view bytes) {
    text_ += bytes;
    for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
      take(text_.substr(0, end));
      text_.erase(0, end + 1);
    }
  }
  [[nodiscard]] bool is_done() const { return done_; }
  [[nodiscard]] Copied& copied() { return copied_; }

 private:
  void take(const std::string& line) {
    const auto words = base::split(line, ' ');
    if (line == "ready") {
      base::check_stop(context_.stop());
      pause_.begin();
      go_.give();
    } else if (line == "copied") {
      pause_.end();
      context_.mark("nodes stood still for " + base::to_text(pause_.length()));
    } else if (line == "done") {
      done_ = true;
    } else if (words.size() == 2 && words[0] == "version") {
      copied_.kubernetes_version = words[1];
    } else if (constexpr std::size_t kPartWords = 4; words.size() == kPartWords && words[0] == "part") {
      Part part{.path = words[3], .sha256 = words[2]};
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), part.size);
      copied_.parts.push_back(std::move(part));
    } else {
      throw base::Error(base::ErrorCode::untrusted, "the container that copies said what it does not say",
                        line);
    }
  }

  Pause& pause_;
  Go& go_;
  plan::StepContext& context_;
  std::string text_;
  bool done_ = false;
  Copied copied_;
};

}  // namespace

Copied copy_nodes(node::Host& host, const std::string& helper, const std::string& script,
                  const std::vector<std::string>& running, const WhilePaused& while_paused,
                  plan::StepContext& context) {
  Go go;
  Pause pause(host, running, while_paused);
  Talk talk(pause, go, context);
  std::string complaints;
  const docker::ExecStreams streams{.out = [&](std::string_view bytes) { talk.hear(bytes); },
                                    .err = [&](std::string_view bytes) { complaints += bytes; },
                                    .input = [&](const std::stop_token& stop) { return go.wait(stop); }};
  const int code = host.run_interactive(helper, {.command = {"/bin/sh", "-c", script}, .privileged = true},
                                        streams, context.stop());
  if (code != 0 || !talk.is_done()) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = "what nodes have changed could not be copied",
                       .cause = fmt::format("exit code {}", code),
                       .detail = complaints});
  }
  auto copied = std::move(talk.copied());
  copied.paused = pause.length();
  return copied;
}

}  // namespace ingot::snapshot
