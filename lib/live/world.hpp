// SPDX-License-Identifier: Apache-2.0
// The world as the server knows it, and the one log of its changes that all subscribers share. Every change
// has a version, counted from 1 in each run of the server. The log holds, for each object, only its last
// change: so it is the world itself, in the order in which it came to be as it is, and a subscriber is no
// more than a version that it has read up to. One that reads late hears of each object once, as it is then
// (coalesced); nothing is kept for it. Of objects that are gone the log holds the last `most_removals`; who
// has not read up to those that were dropped has fallen out, and needs a snapshot.
// All members may be called from any thread.
#pragma once

#include "live/object.hpp"
#include "live/position.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::live {

// Encoded when it was made; whoever sends it sends these very bytes.
struct Change {
  Version version = 0;
  Subject subject;
  bool is_removal = false;
  Moment at;            // of what caused it
  std::string message;  // as it is sent
  std::size_t object_begin = 0;
  std::size_t object_size = 0;

  // The object's part of the message; of a removal there is none.
  [[nodiscard]] std::string_view object() const {
    return std::string_view(message).substr(object_begin, object_size);
  }
};
using ChangePtr = std::shared_ptr<const Change>;

struct Snapshot {
  Version version = 0;
  std::vector<ChangePtr> objects;  // by the version of their last change
};

// What comes after a version.
struct Step {
  bool has_fallen_out = false;  // the log does not reach back to there
  ChangePtr change;             // null: nothing that the filter lets through
  Version version = 0;          // read up to here
};

class World {
 public:
  static constexpr std::size_t kMostRemovals = 4096;

  explicit World(std::size_t most_removals = kMostRemovals);

  // Random, of this run: versions of another one mean nothing here.
  [[nodiscard]] const std::string& run() const { return run_; }
  [[nodiscard]] Version version() const;

  // Nothing changes, and no version is spent, when it is so already.
  void set(const Object& object, Moment at);
  void remove(Kind kind, const std::string& id, Moment at);
  // From now on exactly `objects` are there, of all that the filter lets through: one moment, whoever reads.
  void replace(const Filter& which, const std::vector<Object>& objects, Moment at);

  [[nodiscard]] Snapshot snapshot(const Filter& filter) const;
  // The first change after `version`. The caller goes on from the version in the answer.
  [[nodiscard]] Step after(Version version, const Filter& filter) const;
  // While it lives, what its filter names and is told on request only is wished for. Must not outlive the
  // world.
  using Wish = std::shared_ptr<const void>;
  [[nodiscard]] Wish wish(const Filter& filter) const;
  // Blocks until somebody wishes for it. Throws base::Cancelled, as the next.
  void wait_until_wished(Kind kind, const std::stop_token& stop) const;
  // Blocks until there is a version after `version`, which it returns; nothing once nobody wishes any more.
  std::optional<Version> wait_while_wished(Kind kind, Version version, const std::stop_token& stop) const;

  // How many there are of each kind.
  [[nodiscard]] std::map<Kind, std::size_t> counts() const;

  // Blocks until there is a version after `version`; the latest. Throws base::Cancelled.
  Version wait_beyond(Version version, const std::stop_token& stop) const;

 private:
  using Key = std::pair<Kind, std::string>;
  // With the lock held.
  void put(const Object& object, Moment at);
  void take_out(const Key& key, Moment at);
  void append(Change change);
  void forget_removal_of(const Subject& subject);
  void drop_oldest_removal();
  void count_wishes(const std::vector<Kind>& kinds, int more) const;

  const std::string run_;
  const std::size_t most_removals_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any grown_;
  Version version_ = 0;
  Version dropped_ = 0;  // the newest removal that the log does not hold any more
  std::map<Version, ChangePtr> log_;
  std::map<Key, Version> objects_;
  std::map<Key, Version> last_removals_;
  std::set<Version> removals_;  // those in the log
  mutable std::map<Kind, int> wishes_;
};

}  // namespace ingot::live
