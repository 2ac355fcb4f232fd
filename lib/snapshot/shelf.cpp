// SPDX-License-Identifier: Apache-2.0
#include "snapshot/shelf.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "node/snapshot_volumes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <tuple>

namespace ingot::snapshot {

namespace {

using docker::label_of;

const std::string kRecordLabel(node::kSnapshotLabel);
constexpr const char* kManifestLabel = "dev.ingot.snapshot.manifest";
const std::string kDataLabel(node::kSnapshotDataLabel);
const std::string kFilesLabel(node::kSnapshotFilesLabel);
// Between a volume and the container that uses it less time passes.
constexpr std::chrono::minutes kYoung{1};

// No cluster has "_" in its name.
std::string record_volume(const std::string& cluster, const std::string& name) {
  return fmt::format("ingot-snapshot_{}_{}", cluster, name);
}

Stored to_stored(const docker::VolumeInfo& volume) {
  return {.manifest = parse_manifest(label_of(volume.labels, kManifestLabel)),
          .record = volume.name,
          .data = label_of(volume.labels, kDataLabel)};
}

base::Error taken(const std::string& reference) {
  return base::Error({.code = base::ErrorCode::already_exists,
                      .message = fmt::format("there is a snapshot '{}' already", reference),
                      .remedy = "ingot cluster snapshot delete " + reference});
}

// Whoever is at work on its files has a container that uses them.
[[noreturn]] void throw_not_deleted(const Stored& snapshot, base::Failure failure) {
  failure.message = fmt::format("snapshot '{}' could not be deleted", reference_of(snapshot));
  if (failure.cause.find("in use") != std::string::npos) {
    failure.remedy =
        "wait for the export or restore that reads it; ingot prune removes what a killed one left";
  }
  throw base::Error(std::move(failure));
}

}  // namespace

std::string reference_of(const Stored& snapshot) {
  return snapshot.manifest.cluster + "/" + snapshot.manifest.name;
}

base::Error no_such_snapshot(const std::string& reference) {
  return base::Error({.code = base::ErrorCode::not_found,
                      .message = fmt::format("there is no snapshot '{}'", reference),
                      .remedy = "ingot cluster snapshot list"});
}

std::string new_data_volume(const std::string& cluster, const std::string& name) {
  std::random_device random;
  return fmt::format("{}_{:08x}", record_volume(cluster, name), random());
}

docker::Labels data_labels(const std::string& cluster, const std::string& name) {
  return {{kFilesLabel, cluster + "/" + name}};
}

std::vector<Stored> stored(docker::Engine& engine, const std::string& cluster, const std::stop_token& stop) {
  std::vector<Stored> all;
  for (const auto& volume : engine.list_volumes({kRecordLabel}, stop)) {
    try {
      auto one = to_stored(volume);
      if (cluster.empty() || one.manifest.cluster == cluster) {
        all.push_back(std::move(one));
      }
    } catch (const base::Error&) {  // NOLINT(bugprone-empty-catch): whoever asks for it by name is told
    }
  }
  std::ranges::sort(all, {}, [](const Stored& one) {
    return std::tie(one.manifest.cluster, one.manifest.created, one.manifest.name);
  });
  return all;
}

Stored find(docker::Engine& engine, const std::string& reference, const std::stop_token& stop) {
  std::vector<docker::VolumeInfo> found;
  std::vector<std::string> references;
  for (auto& volume : engine.list_volumes({kRecordLabel}, stop)) {
    const auto whole = label_of(volume.labels, kRecordLabel);
    if (whole == reference || whole.substr(whole.find('/') + 1) == reference) {
      references.push_back(whole);
      found.push_back(std::move(volume));
    }
  }
  if (found.empty()) {
    throw no_such_snapshot(reference);
  }
  if (found.size() > 1) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = fmt::format("several clusters have a snapshot '{}'", reference),
                       .cause = base::join(references, ", "),
                       .remedy = "name the cluster, too: " + references.front()});
  }
  return to_stored(found.front());
}

void check_name(const std::string& name) {
  constexpr std::size_t kLongest = 63;
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool is_name = !name.empty() && name.size() <= kLongest && is_plain(name.front()) &&
                       std::ranges::all_of(name, [&](char c) { return is_plain(c) || c == '-' || c == '.'; });
  if (!is_name) {
    throw base::Error(
        {.code = base::ErrorCode::invalid_input,
         .message = fmt::format("'{}' is no name for a snapshot", name),
         .cause = "lower-case letters, digits, '-' and '.' make one, 63 at most, a letter or digit first"});
  }
}

void refuse_taken(docker::Engine& engine, const std::string& cluster, const std::string& name,
                  const std::stop_token& stop) {
  if (engine.inspect_volume(record_volume(cluster, name), stop)) {
    throw taken(cluster + "/" + name);
  }
}

void record(docker::Engine& engine, const Manifest& manifest, const std::string& data_volume,
            const std::stop_token& stop) {
  base::check_stop(stop);
  const auto reference = manifest.cluster + "/" + manifest.name;
  // Without the token: the engine would make it a moment after it was taken back.
  const auto made = engine.create_volume(
      record_volume(manifest.cluster, manifest.name),
      {{kRecordLabel, reference}, {kManifestLabel, to_text(manifest)}, {kDataLabel, data_volume}}, {});
  if (label_of(made.labels, kDataLabel) != data_volume) {
    throw taken(reference);
  }
}

void forget(docker::Engine& engine, const std::string& cluster, const std::string& name,
            const std::string& data_volume, const std::stop_token& stop) {
  const auto found = engine.inspect_volume(record_volume(cluster, name), stop);
  if (found && label_of(found->labels, kDataLabel) == data_volume) {
    engine.remove_volume(found->name, stop);
  }
}

void remove(docker::Engine& engine, const Stored& snapshot, const std::stop_token& stop) {
  base::check_stop(stop);
  // Without the token: half a snapshot is none. The files go also where somebody else has begun: who may have
  // been killed.
  const bool was_listed = engine.remove_volume(snapshot.record, {});
  try {
    engine.remove_volume(snapshot.data, {});
  } catch (const base::Error& error) {
    const bool has_answered =
        error.code() != base::ErrorCode::engine_unreachable && error.code() != base::ErrorCode::timed_out;
    if (!was_listed || !has_answered) {
      throw;
    }
    record(engine, snapshot.manifest, snapshot.data, {});  // its files are there
    throw_not_deleted(snapshot, error.failure());
  }
  if (!was_listed) {
    throw no_such_snapshot(reference_of(snapshot));
  }
}

void remove_leftovers(docker::Engine& engine, const std::stop_token& stop) {
  for (const auto& volume : node::unlisted_snapshot_files(engine, stop)) {
    const auto created = base::parse_rfc3339(volume.created);
    if (!created || *created > std::chrono::system_clock::now() - kYoung) {
      continue;
    }
    try {
      engine.remove_volume(volume.name, stop);
    } catch (const base::Error&) {  // NOLINT(bugprone-empty-catch): another save is writing to it
    }
  }
}

}  // namespace ingot::snapshot
