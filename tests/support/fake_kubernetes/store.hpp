// SPDX-License-Identifier: Apache-2.0
// The objects of a fake cluster and every change of them, without knowing what any of them means.
// Thread-safe.
#pragma once

#include "support/wire/bell.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ingot::testing {

using Json = nlohmann::json;

// "/apis/apps/v1/namespaces/x/deployments/y/status", taken apart.
struct ResourcePath {
  std::string group_path;  // "/apis/apps/v1", "/api/v1"
  std::string name_space;
  std::string plural;
  std::string name;
  std::string subresource;

  // Nothing for a path that is not of a resource (discovery, /version).
  static std::optional<ResourcePath> parse(const std::string& path);
  [[nodiscard]] std::string collection() const;
  [[nodiscard]] std::string object() const { return collection() + "/" + name; }
  // Whether an object at `other` belongs to this collection; one without a namespace spans all.
  [[nodiscard]] bool covers(const ResourcePath& other) const;
};

struct StoreEvent {
  std::int64_t version = 0;
  std::string type;  // ADDED, MODIFIED, DELETED
  ResourcePath path;
  Json object;
};

class Store {
 public:
  // As the server stores it: with uid, resourceVersion, creationTimestamp. Nothing if it exists.
  std::optional<Json> add(ResourcePath path, Json object);
  // `change` edits the object in place. Nothing if there is none.
  std::optional<Json> edit(const ResourcePath& path, const std::function<void(Json&)>& change);
  std::optional<Json> remove(const ResourcePath& path);

  // All of it as text, and the same again in a store that is empty.
  [[nodiscard]] std::string dump() const;
  void load(const std::string& dumped);

  [[nodiscard]] std::optional<Json> find(const ResourcePath& path) const;
  struct Listing {
    std::int64_t version = 0;
    std::vector<Json> items;
  };
  [[nodiscard]] Listing list(const ResourcePath& collection) const;

  // Events of a collection after `version`; moves `version` on. With mutex() held.
  [[nodiscard]] std::vector<StoreEvent> events_after(const ResourcePath& collection,
                                                     std::int64_t& version) const;

  [[nodiscard]] std::mutex& mutex() const { return mutex_; }
  [[nodiscard]] Bell& bell() { return bell_; }

 private:
  struct Entry {
    ResourcePath path;
    Json object;
  };
  void note(const std::string& type, const Entry& entry);

  mutable std::mutex mutex_;
  Bell bell_;
  std::int64_t version_ = 100;
  std::map<std::string, Entry> entries_;
  std::vector<StoreEvent> events_;
};

}  // namespace ingot::testing
