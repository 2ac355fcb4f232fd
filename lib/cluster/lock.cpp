// SPDX-License-Identifier: Apache-2.0
#include "cluster/lock.hpp"

#include "base/wait.hpp"
#include "cluster/api_access.hpp"

#include <fmt/format.h>

namespace ingot::cluster {

namespace {

using namespace std::chrono_literals;

// On a tmpfs: a node that starts anew has no lock.
constexpr const char* kFile = "/run/ingot-nodes.lock";
// Longer than the engine needs to run a command.
constexpr auto kSomebodyElse = 500ms;
// An engine gives a container ten seconds to end.
constexpr auto kLongestStop = 15s;

// Our program was ended by a signal, or Docker or runc ("cannot exec in a stopped state") refused to start
// it.
bool tells_of_an_end(const base::Failure& failure) {
  const auto says = [&](const char* words) { return failure.cause.find(words) != std::string::npos; };
  return failure.code == base::ErrorCode::not_found ||
         (failure.code == base::ErrorCode::engine_refused &&
          (says("stopped") || says("not running") || says("restarting")));
}

// What ends the processes of a node ends the node soon.
bool has_stopped(node::Host& host, const std::string& node, const std::stop_token& stop) {
  const base::TimeLimit limit(kLongestStop, stop);
  try {
    host.engine().wait_container(node, limit.token());
    return true;
  } catch (const base::Cancelled&) {
    base::check_stop(stop);
    return false;
  }
}

}  // namespace

// The program's output tells that it has the lock; `input` keeps it until we let go.
void Lock::hold(node::Host& host, const std::string& control_plane, const std::stop_token& stop) {
  std::string words;
  const auto read = [&](std::string_view text) {
    const std::scoped_lock lock(mutex_);
    words += text;
    held_ = held_ || words.find("locked") != std::string::npos;
    changed_.notify_all();
  };
  const auto wait = [&](const std::stop_token& no_more) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, no_more, [&] { return released_; });
    return std::string();
  };
  std::optional<base::Failure> failure;
  bool cancelled = false;
  try {
    const docker::ExecSpec spec{.command = {"flock", kFile, "sh", "-c", "echo locked; exec cat"}};
    const int code = host.run_interactive(control_plane, spec,
                                          {.out = read, .err = read, .input = wait, .on_start = {}}, stop);
    const bool by_signal = code > 128;
    failure = base::Failure{.code = by_signal ? base::ErrorCode::not_found : base::ErrorCode::command_failed,
                            .message = "it could not be locked: " + control_plane,
                            .cause = fmt::format("exit code {}", code),
                            .detail = words};
  } catch (const base::Cancelled&) {
    cancelled = true;
  } catch (...) {
    failure = base::current_failure();
  }
  const std::scoped_lock lock(mutex_);
  failure_ = std::move(failure);
  cancelled_ = cancelled;
  ended_ = true;
  changed_.notify_all();
}

Lock::Lock(node::Host& host, const std::string& control_plane, const std::function<void()>& on_wait,
           const std::stop_token& stop)
    : holder_(
          [this, &host, control_plane](const std::stop_token& over) { hold(host, control_plane, over); }) {
  std::unique_lock lock(mutex_);
  const auto is_decided = [&] { return held_ || ended_; };
  if (!changed_.wait_for(lock, stop, kSomebodyElse, is_decided) && !stop.stop_requested()) {
    lock.unlock();
    on_wait();
    lock.lock();
    changed_.wait(lock, stop, is_decided);
  }
  if (held_) {
    return;
  }
  const auto failure = failure_;
  lock.unlock();
  holder_.request_stop();
  holder_.join();
  base::check_stop(stop);
  if (failure) {
    throw base::Error(*failure);
  }
  throw base::Cancelled();
}

Lock::~Lock() {
  {
    const std::scoped_lock lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  // The program ends by itself, and the exec with it; an engine that does not tell is not waited for.
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, 2s, [&] { return ended_; });
  holder_.request_stop();
}

std::unique_ptr<Lock> lock_nodes(node::Host& host, const std::string& cluster, plan::EventSink& sink,
                                 const std::stop_token& stop) {
  const auto tell = [&] {
    sink.on({.body = plan::Notice{.text = "waiting for another change of this cluster's nodes"}});
  };
  for (;;) {
    const auto nodes = host.nodes(cluster, stop);
    const auto* control_plane = first_control_plane(nodes);
    if (control_plane == nullptr || control_plane->state != "running") {
      return nullptr;
    }
    try {
      return std::make_unique<Lock>(host, control_plane->id, tell, stop);
    } catch (const base::Error& error) {
      if (!tells_of_an_end(error.failure()) || !has_stopped(host, control_plane->id, stop)) {
        throw;
      }
    }
  }
}

}  // namespace ingot::cluster
