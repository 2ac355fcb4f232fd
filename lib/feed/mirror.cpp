// SPDX-License-Identifier: Apache-2.0
#include "feed/mirror.hpp"

#include <nlohmann/json.hpp>

#include <chrono>

namespace ingot::feed {

using kube::EventKind;
using nlohmann::json;
using std::chrono::system_clock;

Mirror::Mirror(live::World& world, live::Kind kind, std::string cluster, std::size_t most_events)
    : world_(world), kind_(kind), cluster_(std::move(cluster)), most_events_(most_events) {}

void Mirror::take(EventKind what, const json& object) {
  switch (what) {
    case EventKind::added:
    case EventKind::modified:
      return set(object);
    case EventKind::deleted:
      return remove(object);
    case EventKind::restarted:
      is_listing_ = true;
      listed_.clear();
      events_.clear();
      by_age_.clear();
      return;
    case EventKind::synced:
      return put_all();
  }
}

void Mirror::set(const json& object) {
  auto made = to_object(kind_, cluster_, object);
  if (!made || (kind_ == live::Kind::event && !has_room(made->subject.id, moment_of(object)))) {
    return;
  }
  if (is_listing_) {
    listed_.insert_or_assign(made->subject.id, std::move(*made));
  } else {
    world_.set(*made, system_clock::now());
  }
}

void Mirror::remove(const json& object) {
  forget(id_of(cluster_, object));
}

void Mirror::put_all() {
  std::vector<live::Object> objects;
  objects.reserve(listed_.size());
  for (auto& [id, object] : listed_) {
    objects.push_back(std::move(object));
  }
  listed_.clear();
  is_listing_ = false;
  world_.replace({.kinds = {kind_}, .clusters = {cluster_}, .labels = {}}, objects, system_clock::now());
}

bool Mirror::has_room(const std::string& id, live::Moment at) {
  if (const auto known = events_.find(id); known != events_.end()) {
    by_age_.erase({known->second, id});
  }
  events_[id] = at;
  by_age_.emplace(at, id);
  if (events_.size() <= most_events_) {
    return true;
  }
  const auto oldest = by_age_.begin()->second;
  forget(oldest);
  return oldest != id;
}

void Mirror::forget(const std::string& id) {
  if (const auto known = events_.find(id); known != events_.end()) {
    by_age_.erase({known->second, id});
    events_.erase(known);
  }
  listed_.erase(id);
  if (!is_listing_) {
    world_.remove(kind_, id, system_clock::now());
  }
}

}  // namespace ingot::feed
