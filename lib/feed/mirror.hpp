// SPDX-License-Identifier: Apache-2.0
// Keeps the objects of one kind of one cluster in a world as a watch of them tells. While a watch begins
// anew, the world stays as it was seen last; then all of it changes in one moment, and only what differs is
// told. Used by one thread at a time; the world may be used by others meanwhile.
#pragma once

#include "feed/kube_objects.hpp"
#include "kube/watch.hpp"
#include "live/world.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ingot::feed {

class Mirror {
 public:
  // `most_events`: of which the newest are kept; of other kinds all are.
  Mirror(live::World& world, live::Kind kind, std::string cluster, std::size_t most_events);

  void take(kube::EventKind what, const nlohmann::json& object);

 private:
  void set(const nlohmann::json& object);
  void remove(const nlohmann::json& object);
  void put_all();
  // Of an event: whether it is among the newest, of which the oldest makes room.
  [[nodiscard]] bool has_room(const std::string& id, live::Moment at);
  void forget(const std::string& id);

  live::World& world_;
  const live::Kind kind_;
  const std::string cluster_;
  const std::size_t most_events_;
  bool is_listing_ = true;
  std::map<std::string, live::Object> listed_;
  std::map<std::string, live::Moment> events_;
  std::set<std::pair<live::Moment, std::string>> by_age_;
};

}  // namespace ingot::feed
