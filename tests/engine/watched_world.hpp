// SPDX-License-Identifier: Apache-2.0
// A world that a feed keeps, as tests look at it.
#pragma once

#include "live/world.hpp"

#include <functional>
#include <string>

namespace ingot::testing {

class WatchedWorld {
 public:
  live::World world;

  // A member of an object's data; empty when there is no such object.
  [[nodiscard]] std::string fact(live::Kind kind, const std::string& id, const std::string& name) const;
  [[nodiscard]] bool has(live::Kind kind, const std::string& id) const;

  // Until a change makes it so.
  void wait_until_so(const std::function<bool()>& is_so) const;
  // The same for what no change of the world tells, such as what an engine was asked.
  static void wait_until_seen(const std::string& what, const std::function<bool()>& is_so);
};

}  // namespace ingot::testing
