// SPDX-License-Identifier: Apache-2.0
// One reader of a world, from its `hello` on: which message comes next. It is asked only when the reader can
// take one, so whoever is slow is told less, and keeps nothing waiting. The world may be used by others
// meanwhile; a subscriber is used by one thread at a time.
#pragma once

#include "live/messages.hpp"
#include "live/requests.hpp"
#include "live/world.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::live {

struct Outgoing {
  std::shared_ptr<const std::string> text;  // of a change: the one that all subscribers share
  std::optional<Moment> caused;             // of a change: when, at its origin
  bool is_last = false;                     // a `bye`: the reader has fallen out
};

class Subscriber {
 public:
  // Objects in a part of a snapshot.
  static constexpr std::size_t kPart = 500;

  // `viewer`: id of the object that tells others of it; empty: none.
  Subscriber(const World& world, const Hello& hello, const ServerInfo& server, bool takes_commands = false,
             std::string_view viewer = {});

  // `welcome`, then the snapshot unless the reader resumes, then changes; nothing: it knows all there is.
  [[nodiscard]] std::optional<Outgoing> next();

  // Up to which the last `change` or the whole snapshot went.
  [[nodiscard]] Version version() const { return version_; }

 private:
  [[nodiscard]] Outgoing next_part();
  [[nodiscard]] std::optional<Outgoing> next_change();

  const World& world_;
  Filter filter_;
  const bool watches_;
  World::Wish wish_;
  std::string welcome_;  // until it is sent
  Snapshot snapshot_;
  std::size_t parts_at_ = 0;
  bool is_snapshot_due_ = false;
  Version version_ = 0;
};

}  // namespace ingot::live
