// SPDX-License-Identifier: Apache-2.0
// Following a collection of objects: a list, then the server's stream of changes from there on, again and
// again until the caller has seen enough. Ends of streams, lost connections, expired versions (410) and a
// server that is starting up are dealt with here. Protocol: kubernetes.io, API concepts, "Efficient detection
// of changes".
#pragma once

#include "base/wait.hpp"
#include "kube/client.hpp"

namespace ingot::kube {

enum class EventKind {
  added,
  modified,
  deleted,
  restarted,  // what was told so far is void: the objects that exist follow as `added`. The object is null
  synced,     // all objects that existed at the beginning have been told. The object is null
};

// Returns false to end the watch.
using EventSink = std::function<bool(EventKind kind, const nlohmann::json& object)>;

struct WatchTarget {
  std::string path;   // of a collection: "/api/v1/nodes"
  std::string query;  // selectors, without "?": "fieldSelector=metadata.name%3Da"
};

// While the server does not listen, hangs up, or is starting (is_starting_up).
enum class WhenAway {
  wait,  // for it, asking again every 20 ms: for those who want to see something soon, or by a deadline
  end,   // throw that error: for those who follow without an end, and wait for many watches in one place
};

// Tells all objects and every change of them until `on_event` returns false. Throws Error{timed_out} once
// `deadline` has passed, with the server's last refusal, if any, as cause.
void watch(Client& client, const WatchTarget& target, base::Clock::time_point deadline,
           const EventSink& on_event, const std::stop_token& stop, WhenAway when_away = WhenAway::wait);

}  // namespace ingot::kube
