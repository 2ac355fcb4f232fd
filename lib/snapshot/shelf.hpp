// SPDX-License-Identifier: Apache-2.0
// Where an engine keeps snapshots: two volumes for each. One has the files; the other is empty, and its
// labels are the snapshot's description. It is made last, in one call: what has one is whole.
// Internal to lib/snapshot. Errors as docker::Engine.
#pragma once

#include "base/error.hpp"
#include "docker/engine.hpp"
#include "snapshot/manifest.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::snapshot {

struct Stored {
  Manifest manifest;
  std::string record;  // the volume with the description
  std::string data;    // the volume with the files
};

[[nodiscard]] std::string reference_of(const Stored& snapshot);
[[nodiscard]] base::Error no_such_snapshot(const std::string& reference);

// A name for a new volume of files; no two are the same.
[[nodiscard]] std::string new_data_volume(const std::string& cluster, const std::string& name);
[[nodiscard]] docker::Labels data_labels(const std::string& cluster, const std::string& name);

// All of them, by cluster and time; of one cluster unless it is empty. What cannot be understood is left out.
[[nodiscard]] std::vector<Stored> stored(docker::Engine& engine, const std::string& cluster,
                                         const std::stop_token& stop);
// "demo/before-upgrade" or "before-upgrade". Error{not_found}, Error{invalid_input} where several clusters
// have one of the name, Error{untrusted} where it cannot be understood.
[[nodiscard]] Stored find(docker::Engine& engine, const std::string& reference, const std::stop_token& stop);
// Error{invalid_input} for what is no name.
void check_name(const std::string& name);
// Error{already_exists}.
void refuse_taken(docker::Engine& engine, const std::string& cluster, const std::string& name,
                  const std::stop_token& stop);

// From now on it is one. Error{already_exists} when another one got the name first.
void record(docker::Engine& engine, const Manifest& manifest, const std::string& data_volume,
            const std::stop_token& stop);
// Takes a record() back, if it is that of these files.
void forget(docker::Engine& engine, const std::string& cluster, const std::string& name,
            const std::string& data_volume, const std::stop_token& stop);

// Wholly, or not at all where the engine answers. Error{not_found} when somebody else has removed it since it
// was found; Error{engine_refused} while something reads its files: then it stays.
void remove(docker::Engine& engine, const Stored& snapshot, const std::stop_token& stop);
// Files without a description, that nobody is about to describe.
void remove_leftovers(docker::Engine& engine, const std::stop_token& stop);

}  // namespace ingot::snapshot
