// SPDX-License-Identifier: Apache-2.0
#include "feed/engine_feed.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "cluster/expiry.hpp"
#include "cluster/list.hpp"
#include "feed/objects.hpp"
#include "instance/labels.hpp"
#include "instance/observe.hpp"

#include <utility>

namespace ingot::feed {

namespace {

using base::Error;
using live::Kind;

// An engine that has gone tells nobody when it is back.
constexpr std::chrono::milliseconds kRetry{250};

const std::set<Kind> kEngineHolds{Kind::cluster, Kind::node, Kind::instance, Kind::network, Kind::image};

// Not what programs do inside of containers (exec_*, top, resize), which is most of what engines tell.
const docker::EventWish kWish{
    .types = {"container", "network", "image"},
    .actions = {"create", "start", "die", "destroy", "pause", "unpause", "rename", "update", "extract-to-dir",
                "connect", "disconnect", "pull", "tag", "untag", "delete", "load", "import"}};

}  // namespace

std::set<Kind> kinds_touched(const std::vector<docker::Event>& events) {
  std::set<Kind> kinds;
  for (const auto& event : events) {
    if (event.type == "network") {
      kinds.insert(Kind::network);
    } else if (event.type == "image") {
      kinds.insert(Kind::image);
    } else if (event.attributes.contains(std::string(node::kClusterLabel))) {
      kinds.insert({Kind::cluster, Kind::node});
    } else if (event.attributes.contains(std::string(instance::kInstanceLabel))) {
      kinds.insert(Kind::instance);
    }
  }
  return kinds;
}

EngineFeed::EngineFeed(const docker::EngineAddress& address, std::string name, live::World& world,
                       EngineListeners listeners)
    : name_(std::move(name)),
      world_(world),
      listeners_(std::move(listeners)),
      engine_(address),
      events_(address),
      host_(engine_) {}

void EngineFeed::look(const std::stop_token& stop) {
  look_at(kEngineHolds, std::chrono::system_clock::now(), stop);
  world_.set(to_object(name_, ""), std::chrono::system_clock::now());
  if (listeners_.on_look) {
    listeners_.on_look();
  }
}

void EngineFeed::follow(const std::stop_token& stop) {
  for (;;) {
    std::string failure = "it has ended its stream of events";
    try {
      follow_until_it_ends(stop);
    } catch (const Error& error) {
      failure = words_of(error);
    }
    base::check_stop(stop);
    world_.set(to_object(name_, failure), std::chrono::system_clock::now());
    base::sleep_for(kRetry, stop);
  }
}

// What changes after `since` is told again by the stream, so nothing is missed between the look and the
// stream.
void EngineFeed::follow_until_it_ends(const std::stop_token& stop) {
  const auto since = events_.now(stop);
  look(stop);
  events_.follow(
      kWish, since,
      [&](const std::vector<docker::Event>& events) {
        await_changes(events, stop);
        look_at(kinds_touched(events), events.front().at, stop);
        if (listeners_.on_events) {
          listeners_.on_events(events);
        }
      },
      stop);
}

// An engine tells of a container before its lists have the change (moby: daemon/pause.go, daemon/monitor.go),
// but not before it lets go of the container, which an inspection waits for.
void EngineFeed::await_changes(const std::vector<docker::Event>& events, const std::stop_token& stop) {
  std::set<std::string> containers;
  for (const auto& event : events) {
    if (event.type == "container" && !kinds_touched({event}).empty()) {
      containers.insert(event.id);
    }
  }
  for (const auto& id : containers) {
    static_cast<void>(engine_.inspect_container(id, stop));
  }
}

void EngineFeed::look_at(const std::set<Kind>& kinds, live::Moment at, const std::stop_token& stop) {
  if (kinds.empty()) {
    return;
  }
  const live::Filter which{.kinds = {kinds.begin(), kinds.end()}, .clusters = {}, .labels = {}};
  const bool has_nodes = kinds.contains(Kind::node);
  const auto nodes = has_nodes ? host_.nodes("", stop) : std::vector<node::Node>();
  world_.replace(which, objects_of(kinds, nodes, stop), at);
  if (has_nodes && listeners_.on_nodes) {
    listeners_.on_nodes(nodes);
  }
}

std::vector<live::Object> EngineFeed::objects_of(const std::set<Kind>& kinds,
                                                 const std::vector<node::Node>& nodes,
                                                 const std::stop_token& stop) {
  std::vector<live::Object> objects;
  const auto add = [&](const auto& found) {
    for (const auto& one : found) {
      objects.push_back(to_object(one));
    }
  };
  if (kinds.contains(Kind::node)) {
    auto clusters = cluster::summarize(nodes);
    for (auto& cluster : clusters) {
      cluster.expires = cluster::expiry_of(host_, nodes, cluster.name, stop);
    }
    add(clusters);
    add(nodes);
  }
  if (kinds.contains(Kind::instance)) {
    add(instance::list(host_, stop));
  }
  if (kinds.contains(Kind::network)) {
    add(engine_.list_networks(stop));
  }
  if (kinds.contains(Kind::image)) {
    add(engine_.list_images({}, stop));
  }
  return objects;
}

}  // namespace ingot::feed
