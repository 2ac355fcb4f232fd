// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "output/view.hpp"

namespace ingot::cli::output {

namespace {

std::string created_text(const std::string& created, const Moment& moment) {
  const auto time = base::parse_rfc3339(created);
  if (!moment.relative || !time) {
    return created;
  }
  return age_text(std::chrono::duration_cast<std::chrono::seconds>(moment.now - *time));
}

Value::Object object_of(const snapshot::Summary& snapshot) {
  return {{"cluster", snapshot.cluster}, {"name", snapshot.name},
          {"created", snapshot.created}, {"kubernetesVersion", snapshot.kubernetes_version},
          {"image", snapshot.image},     {"nodes", snapshot.nodes},
          {"bytes", snapshot.size}};
}

std::string name_of(const snapshot::Summary& snapshot) {
  return "snapshot/" + snapshot.reference();
}

}  // namespace

View view_of(const std::vector<snapshot::Summary>& snapshots, const Moment& moment) {
  View view;
  Value::List items;
  Table table{.headers = {"SNAPSHOT", "NODES", "VERSION", "SIZE", moment.relative ? "AGE" : "CREATED"}};
  for (const auto& one : snapshots) {
    view.names.push_back(name_of(one));
    items.emplace_back(object_of(one));
    table.rows.push_back({one.reference(), std::to_string(one.nodes.size()), one.kubernetes_version,
                          base::to_size_text(one.size), created_text(one.created, moment)});
  }
  view.value = list_value("SnapshotList", std::move(items));
  view.tables.push_back(std::move(table));
  return view;
}

View view_of(const snapshot::SaveResult& result) {
  return {.value = Value::Object{{"apiVersion", kApiVersion},
                                 {"kind", "SnapshotSaved"},
                                 {"snapshot", object_of(result.snapshot)},
                                 {"pausedMs", std::int64_t{result.paused.count()}},
                                 {"elapsedMs", std::int64_t{result.elapsed.count()}}},
          .names = {name_of(result.snapshot)},
          .tables = {}};
}

View view_of(const snapshot::RestoreResult& result) {
  return {.value = Value::Object{{"apiVersion", kApiVersion},
                                 {"kind", "SnapshotRestored"},
                                 {"snapshot", object_of(result.snapshot)},
                                 {"name", result.cluster},
                                 {"context", result.context},
                                 {"endpoint", result.endpoint},
                                 {"kubeconfig",
                                  result.kubeconfig_path.empty() ? Value() : Value(result.kubeconfig_path)},
                                 {"nodes", result.nodes},
                                 {"replaced", result.replaced},
                                 {"elapsedMs", std::int64_t{result.elapsed.count()}}},
          .names = {"cluster/" + result.cluster},
          .tables = {}};
}

View view_of(const snapshot::CloneResult& result) {
  const auto& copy = result.restored;
  return {.value = Value::Object{{"apiVersion", kApiVersion},
                                 {"kind", "ClusterCloned"},
                                 {"from", copy.snapshot.cluster},
                                 {"name", copy.cluster},
                                 {"context", copy.context},
                                 {"endpoint", copy.endpoint},
                                 {"kubeconfig",
                                  copy.kubeconfig_path.empty() ? Value() : Value(copy.kubeconfig_path)},
                                 {"nodes", copy.nodes},
                                 {"pausedMs", std::int64_t{result.paused.count()}},
                                 {"elapsedMs", std::int64_t{result.elapsed.count()}}},
          .names = {"cluster/" + copy.cluster},
          .tables = {}};
}

View view_of(const snapshot::DeleteResult& result) {
  View view;
  Value::List items;
  for (const auto& one : result.deleted) {
    view.names.push_back(name_of(one));
    items.emplace_back(object_of(one));
  }
  view.value = list_value("SnapshotDeletedList", std::move(items));
  return view;
}

View view_of(const snapshot::TransferResult& result, const std::string& kind, const std::string& file) {
  return {.value = Value::Object{{"apiVersion", kApiVersion},
                                 {"kind", kind},
                                 {"snapshot", object_of(result.snapshot)},
                                 {"file", file},
                                 {"fileBytes", result.bytes},
                                 {"elapsedMs", std::int64_t{result.elapsed.count()}}},
          .names = {name_of(result.snapshot)},
          .tables = {}};
}

}  // namespace ingot::cli::output
