// SPDX-License-Identifier: Apache-2.0
// How each result of the library looks: one tree for JSON and YAML (docs/json.md), one table, one list of
// names. Times in tables are ages on a terminal and RFC 3339 elsewhere.
#pragma once

#include "attach/results.hpp"
#include "certs/results.hpp"
#include "cluster/results.hpp"
#include "doctor/finding.hpp"
#include "image/results.hpp"
#include "instance/results.hpp"
#include "lifecycle/results.hpp"
#include "logs/results.hpp"
#include "output/table.hpp"
#include "output/value.hpp"
#include "scale/results.hpp"
#include "snapshot/results.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace ingot::cli::output {

using Time = std::chrono::system_clock::time_point;

struct View {
  Value value;
  std::vector<std::string> names;  // "cluster/kind"
  std::vector<Table> tables;       // one after the other, an empty line between
};

struct Moment {
  bool relative = false;  // ages instead of times
  Time now;
};

inline constexpr const char* kApiVersion = "ingot.dev/v1";
// The document of a list of one kind ("ClusterList"), without anything beside the items.
[[nodiscard]] Value list_value(std::string kind, Value::List items);

[[nodiscard]] View view_of(const std::vector<cluster::ClusterSummary>& clusters, bool wide,
                           const Moment& moment);
[[nodiscard]] View view_of(const cluster::ClusterStatus& status, bool wide, const Moment& moment);
[[nodiscard]] View view_of(const doctor::Report& report, bool wide);
[[nodiscard]] View view_of(const cluster::CreateResult& result);
[[nodiscard]] View view_of(const logs::ExportResult& result);
[[nodiscard]] View view_of(const std::vector<cluster::DeleteResult>& results);
[[nodiscard]] View view_of(const cluster::ExtendResult& result);
[[nodiscard]] View view_of(const std::vector<cluster::Remnant>& removed);
// `verb`: of all of them, also where there are none.
[[nodiscard]] View view_of(lifecycle::Verb verb, const std::vector<lifecycle::Result>& results);
[[nodiscard]] View nodes_view_of(const lifecycle::Result& result);
[[nodiscard]] View view_of(const scale::Result& result);
[[nodiscard]] View view_of(const lifecycle::LimitResult& result);
[[nodiscard]] View view_of(const certs::Listing& listing, bool wide, const Moment& moment);
[[nodiscard]] View view_of(const certs::RenewResult& result);
[[nodiscard]] View view_of(const std::vector<snapshot::Summary>& snapshots, const Moment& moment);
[[nodiscard]] View view_of(const snapshot::SaveResult& result);
[[nodiscard]] View view_of(const snapshot::RestoreResult& result);
[[nodiscard]] View view_of(const snapshot::CloneResult& result);
[[nodiscard]] View view_of(const snapshot::DeleteResult& result);
// `kind`: "SnapshotExported" or "SnapshotImported".
[[nodiscard]] View view_of(const snapshot::TransferResult& result, const std::string& kind,
                           const std::string& file);
[[nodiscard]] View view_of(const std::vector<instance::Summary>& instances, bool wide, const Moment& moment);
[[nodiscard]] View view_of(const instance::Status& status, const Moment& moment);
[[nodiscard]] View view_of(const instance::RunResult& result);
[[nodiscard]] View view_of(instance::Verb verb, const std::vector<instance::ChangeResult>& results);
[[nodiscard]] View view_of(const std::vector<instance::DeleteResult>& results);
// The nodes alone, of what `cluster status` tells.
[[nodiscard]] View node_view(const cluster::ClusterStatus& status, bool wide, const Moment& moment);
[[nodiscard]] View view_of(const image::LoadResult& result);
[[nodiscard]] View view_of(const image::BuildResult& result);
[[nodiscard]] View view_of(const image::ImageList& list, bool wide);

[[nodiscard]] View view_of(const attach::Listing& listing, bool wide);
[[nodiscard]] View view_of(const attach::Result& result);
[[nodiscard]] View view_of(const std::vector<attach::DeviceStatus>& statuses);
[[nodiscard]] View view_of(const std::vector<attach::Reconciled>& results);

// When each milestone of a create was reached; `all`: steps, too.
[[nodiscard]] Table phase_table(const cluster::CreateResult& result, bool all);

// "Stopped" of "stopped".
[[nodiscard]] std::string capitalized(std::string word);

// "45s", "12m", "3h", "5d".
[[nodiscard]] std::string age_text(std::chrono::seconds age);

}  // namespace ingot::cli::output
