// SPDX-License-Identifier: Apache-2.0
#include "kube/wait.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "kube/probe.hpp"
#include "kube/text_in.hpp"
#include "kube/watch.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::kube {

namespace {

using base::Error;
using base::ErrorCode;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kInterval = 20ms;

std::string key_of(const json& object) {
  const json metadata = object.value("metadata", json());
  const std::string name_space = text_in(metadata, "namespace");
  return (name_space.empty() ? "" : name_space + '/') + text_in(metadata, "name");
}

void take(Objects& objects, EventKind kind, const json& object) {
  switch (kind) {
    case EventKind::added:
    case EventKind::modified:
      objects[key_of(object)] = object;
      return;
    case EventKind::deleted:
      objects.erase(key_of(object));
      return;
    case EventKind::restarted:
      objects.clear();
      return;
    case EventKind::synced:
      return;
  }
}

// Whether GET `path` succeeds now; what it said otherwise.
bool answers(Client& client, const std::string& path, std::string& seen, const std::stop_token& stop) {
  try {
    // A published port can take a connection and say nothing: not for longer than this.
    client.stream(
        path, 1s, [](std::string_view) { return true; }, stop);
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::timed_out && !is_starting_up(error)) {
      throw;
    }
    seen = error.failure().cause;
    return false;
  }
}

}  // namespace

void wait_for_api(Client& client, base::Clock::time_point deadline, const std::stop_token& stop,
                  const std::string& path) {
  base::wait_until("the API server at " + client.server(), deadline, kInterval, stop, [&](std::string& seen) {
    if (!may_listen(client.server())) {
      seen = "nobody listens";
      return false;
    }
    return answers(client, path, seen, stop);
  });
}

void wait_for(Client& client, const std::string& path, const ObjectsPredicate& is_done,
              base::Clock::time_point deadline, const std::stop_token& stop) {
  const std::size_t mark = path.find('?');
  const WatchTarget target{path.substr(0, mark), mark == std::string::npos ? "" : path.substr(mark + 1)};
  Objects objects;
  std::string seen;
  bool complete = false;
  const auto on_event = [&](EventKind kind, const json& object) {
    take(objects, kind, object);
    complete = kind != EventKind::restarted && (complete || kind == EventKind::synced);
    return !complete || !is_done(objects, seen);
  };
  try {
    watch(client, target, deadline, on_event, stop);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::timed_out) {
      throw;
    }
    throw Error(ErrorCode::timed_out, "timed out waiting for " + target.path,
                seen.empty() ? error.failure().cause : seen);
  }
}

void wait_for_object(Client& client, const std::string& path, const ObjectPredicate& is_done,
                     base::Clock::time_point deadline, const std::stop_token& stop) {
  const std::size_t slash = path.rfind('/');
  const std::string name = path.substr(slash + 1);
  const std::string collection =
      path.substr(0, slash) + "?fieldSelector=metadata.name%3D" + base::percent_encode(name);
  const auto found_and_done = [&](const Objects& objects, std::string& seen) {
    if (objects.empty()) {
      seen = "'" + name + "' does not exist yet";
      return false;
    }
    return is_done(objects.begin()->second, seen);
  };
  try {
    wait_for(client, collection, found_and_done, deadline, stop);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::timed_out) {
      throw;
    }
    throw Error(ErrorCode::timed_out, "timed out waiting for " + path, error.failure().cause);
  }
}

void waiting_until(const std::string& what, const std::function<void()>& wait) {
  try {
    wait();
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::timed_out) {
      throw;
    }
    throw base::Error(base::ErrorCode::timed_out, fmt::format("timed out waiting until {}", what),
                      error.failure().cause);
  }
}

}  // namespace ingot::kube
