// SPDX-License-Identifier: Apache-2.0
#include "live/world.hpp"

#include "base/error.hpp"
#include "live/messages.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>

namespace ingot::live {

namespace {

std::string random_run() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

std::pair<Kind, std::string> key_of(const Subject& subject) {
  return {subject.kind, subject.id};
}

}  // namespace

World::World(std::size_t most_removals) : run_(random_run()), most_removals_(most_removals) {}

Version World::version() const {
  const std::scoped_lock lock(mutex_);
  return version_;
}

void World::set(const Object& object, Moment at) {
  const std::scoped_lock lock(mutex_);
  put(object, at);
}

void World::remove(Kind kind, const std::string& id, Moment at) {
  const std::scoped_lock lock(mutex_);
  take_out({kind, id}, at);
}

void World::replace(const Filter& which, const std::vector<Object>& objects, Moment at) {
  const std::scoped_lock lock(mutex_);
  std::set<Key> gone;
  for (const auto& [key, version] : objects_) {
    if (which.matches(log_.at(version)->subject)) {
      gone.insert(key);
    }
  }
  for (const auto& object : objects) {
    gone.erase(key_of(object.subject));
    put(object, at);
  }
  for (const auto& key : gone) {
    take_out(key, at);
  }
}

void World::put(const Object& object, Moment at) {
  const Key key = key_of(object.subject);
  const std::string text = object_text(object);
  if (const auto known = objects_.find(key); known != objects_.end()) {
    const auto last = log_.at(known->second);
    if (last->object() == text) {
      return;
    }
    if (last->subject == object.subject) {
      log_.erase(known->second);
    } else {  // who asked for what it was must hear that it is that no more
      take_out(key, at);
    }
  }
  forget_removal_of(object.subject);
  append(set_change(version_ + 1, object.subject, text, at));
  objects_[key] = version_;
}

void World::take_out(const Key& key, Moment at) {
  const auto known = objects_.find(key);
  if (known == objects_.end()) {
    return;
  }
  const auto last = log_.at(known->second);
  log_.erase(known->second);
  objects_.erase(known);
  append(removal_change(version_ + 1, last->subject, at));
  last_removals_[key] = version_;
  removals_.insert(version_);
  if (removals_.size() > most_removals_) {
    drop_oldest_removal();
  }
}

void World::append(Change change) {
  version_ = change.version;
  log_.emplace_hint(log_.end(), version_, std::make_shared<const Change>(std::move(change)));
  grown_.notify_all();
}

// An object that is back as what it was: whoever has not heard that it had gone need not.
void World::forget_removal_of(const Subject& subject) {
  const auto removal = last_removals_.find(key_of(subject));
  if (removal != last_removals_.end() && log_.at(removal->second)->subject == subject) {
    log_.erase(removal->second);
    removals_.erase(removal->second);
    last_removals_.erase(removal);
  }
}

void World::drop_oldest_removal() {
  dropped_ = *removals_.begin();
  const Key key = key_of(log_.at(dropped_)->subject);
  if (const auto last = last_removals_.find(key); last != last_removals_.end() && last->second == dropped_) {
    last_removals_.erase(last);
  }
  log_.erase(dropped_);
  removals_.erase(removals_.begin());
}

Snapshot World::snapshot(const Filter& filter) const {
  const std::scoped_lock lock(mutex_);
  Snapshot snapshot{.version = version_, .objects = {}};
  for (const auto& [version, change] : log_) {
    if (!change->is_removal && filter.matches(change->subject)) {
      snapshot.objects.push_back(change);
    }
  }
  return snapshot;
}

Step World::after(Version version, const Filter& filter) const {
  const std::scoped_lock lock(mutex_);
  if (version < dropped_ || version > version_) {
    return {.has_fallen_out = true, .change = nullptr, .version = version};
  }
  for (auto next = log_.upper_bound(version); next != log_.end(); ++next) {
    if (filter.matches(next->second->subject)) {
      return {.has_fallen_out = false, .change = next->second, .version = next->first};
    }
  }
  return {.has_fallen_out = false, .change = nullptr, .version = version_};
}

World::Wish World::wish(const Filter& filter) const {
  auto kinds = filter.kinds;
  kinds.insert(kinds.end(), filter.also.begin(), filter.also.end());
  count_wishes(kinds, 1);
  return {nullptr, [this, kinds = std::move(kinds)](const void*) { count_wishes(kinds, -1); }};
}

void World::count_wishes(const std::vector<Kind>& kinds, int more) const {
  {
    const std::scoped_lock lock(mutex_);
    for (const Kind kind : kinds) {
      wishes_[kind] += more;
    }
  }
  grown_.notify_all();
}

void World::wait_until_wished(Kind kind, const std::stop_token& stop) const {
  std::unique_lock lock(mutex_);
  if (!grown_.wait(lock, stop, [&] { return wishes_[kind] > 0; })) {
    throw base::Cancelled();
  }
}

std::optional<Version> World::wait_while_wished(Kind kind, Version version,
                                                const std::stop_token& stop) const {
  std::unique_lock lock(mutex_);
  if (!grown_.wait(lock, stop, [&] { return version_ > version || wishes_[kind] == 0; })) {
    throw base::Cancelled();
  }
  return wishes_[kind] > 0 ? std::optional(version_) : std::nullopt;
}

std::map<Kind, std::size_t> World::counts() const {
  const std::scoped_lock lock(mutex_);
  std::map<Kind, std::size_t> counts;
  for (const Kind kind : kAllKinds) {
    counts[kind] = 0;
  }
  for (const auto& [key, version] : objects_) {
    ++counts[key.first];
  }
  return counts;
}

Version World::wait_beyond(Version version, const std::stop_token& stop) const {
  std::unique_lock lock(mutex_);
  if (!grown_.wait(lock, stop, [&] { return version_ > version; })) {
    throw base::Cancelled();
  }
  return version_;
}

}  // namespace ingot::live
