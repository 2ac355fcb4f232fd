// SPDX-License-Identifier: Apache-2.0
#include "support/fake_kubernetes/store.hpp"

#include "base/text.hpp"
#include "support/wire/exchange.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace ingot::testing {

std::optional<ResourcePath> ResourcePath::parse(const std::string& path) {
  std::vector<std::string> parts = base::split(path, '/');  // the first one is empty
  const bool is_core = parts.size() > 1 && parts[1] == "api";
  const std::size_t first = is_core ? 3 : 4;
  if (parts.size() <= first || (!is_core && parts[1] != "apis")) {
    return std::nullopt;
  }
  for (std::string& part : parts) {
    part = percent_decode(part);
  }
  ResourcePath found{
      .group_path = base::join({parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(first)}, "/")};
  std::size_t at = first;
  // "/namespaces/x" is an object, "/namespaces/x/pods" is a collection, "/namespaces/x/finalize" a part.
  if (parts[at] == "namespaces" && parts.size() > at + 2 && parts[at + 2] != "status" &&
      parts[at + 2] != "finalize") {
    found.name_space = parts[at + 1];
    at += 2;
  }
  found.plural = parts[at];
  found.name = parts.size() > at + 1 ? parts[at + 1] : "";
  found.subresource = parts.size() > at + 2 ? parts[at + 2] : "";
  return found;
}

std::string ResourcePath::collection() const {
  return group_path + (name_space.empty() ? "" : "/namespaces/" + name_space) + "/" + plural;
}

bool ResourcePath::covers(const ResourcePath& other) const {
  return group_path == other.group_path && plural == other.plural &&
         (name_space.empty() || name_space == other.name_space);
}

void Store::note(const std::string& type, const Entry& entry) {
  events_.push_back({.version = version_, .type = type, .path = entry.path, .object = entry.object});
  bell_.ring();
}

std::optional<Json> Store::add(ResourcePath path, Json object) {
  const std::scoped_lock lock(mutex_);
  ++version_;
  Json& metadata = object["metadata"];
  if (path.name.empty()) {
    path.name = metadata.value("name", metadata.value("generateName", "") + fmt::format("{:05x}", version_));
  }
  if (entries_.contains(path.object())) {
    return std::nullopt;
  }
  metadata["name"] = path.name;
  if (!path.name_space.empty()) {
    metadata["namespace"] = path.name_space;
  }
  metadata["uid"] = fmt::format("00000000-0000-4000-8000-{:012x}", version_);
  metadata["resourceVersion"] = std::to_string(version_);
  metadata["creationTimestamp"] = base::to_rfc3339(std::chrono::system_clock::now());
  metadata["generation"] = 1;
  const auto [entry, is_new] =
      entries_.emplace(path.object(), Entry{.path = path, .object = std::move(object)});
  note("ADDED", entry->second);
  return entry->second.object;
}

std::optional<Json> Store::edit(const ResourcePath& path, const std::function<void(Json&)>& change) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(path.object());
  if (found == entries_.end()) {
    return std::nullopt;
  }
  Json& object = found->second.object;
  const Json uid = object["metadata"]["uid"];
  change(object);
  object["metadata"]["uid"] = uid;
  object["metadata"]["name"] = path.name;
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  note("MODIFIED", found->second);
  return object;
}

std::optional<Json> Store::remove(const ResourcePath& path) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(path.object());
  if (found == entries_.end()) {
    return std::nullopt;
  }
  found->second.object["metadata"]["resourceVersion"] = std::to_string(++version_);
  note("DELETED", found->second);
  Json object = std::move(found->second.object);
  entries_.erase(found);
  return object;
}

std::string Store::dump() const {
  const std::scoped_lock lock(mutex_);
  Json objects = Json::object();
  for (const auto& [path, entry] : entries_) {
    objects[path] = entry.object;
  }
  return Json{{"version", version_}, {"objects", objects}}.dump();
}

void Store::load(const std::string& dumped) {
  const auto all = Json::parse(dumped);
  const std::scoped_lock lock(mutex_);
  version_ = all.at("version");
  for (const auto& [path, object] : all.at("objects").items()) {
    entries_[path] = {.path = ResourcePath::parse(path).value(), .object = object};
  }
}

std::optional<Json> Store::find(const ResourcePath& path) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(path.object());
  return found == entries_.end() ? std::nullopt : std::optional(found->second.object);
}

Store::Listing Store::list(const ResourcePath& collection) const {
  const std::scoped_lock lock(mutex_);
  Listing listing{.version = version_};
  for (const auto& [key, entry] : entries_) {
    if (collection.covers(entry.path)) {
      listing.items.push_back(entry.object);
    }
  }
  return listing;
}

std::vector<StoreEvent> Store::events_after(const ResourcePath& collection, std::int64_t& version) const {
  std::vector<StoreEvent> fresh;
  for (const StoreEvent& event : events_) {
    if (event.version > version && collection.covers(event.path)) {
      fresh.push_back(event);
    }
  }
  version = version_;
  return fresh;
}

}  // namespace ingot::testing
