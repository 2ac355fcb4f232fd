// SPDX-License-Identifier: Apache-2.0
// What verbs on clusters leave: created and deleted ones, and logs.
#include "base/text.hpp"
#include "output/view.hpp"

namespace ingot::cli::output {

View view_of(const cluster::CreateResult& result) {
  View view;
  view.names.push_back("cluster/" + result.name);
  Value::List phases;
  for (const auto& phase : result.phases) {
    phases.emplace_back(Value::Object{{"name", phase.name},
                                      {"atMs", std::int64_t{phase.at.count()}},
                                      {"elapsedMs", std::int64_t{phase.elapsed.count()}}});
  }
  view.value = Value::Object{
      {"apiVersion", kApiVersion},
      {"kind", "ClusterCreated"},
      {"name", result.name},
      {"context", result.context},
      {"endpoint", result.endpoint},
      {"kubeconfig", result.kubeconfig_path.empty() ? Value() : Value(result.kubeconfig_path)},
      {"image", result.image},
      {"kubernetesVersion", result.kubernetes_version},
      {"bootstrap", result.bootstrap == cluster::Bootstrap::kubeadm ? "kubeadm" : "native"},
      {"bootstrapReason", result.bootstrap_reason},
      {"nodes", result.nodes},
      {"notAwaited", result.not_awaited},
      {"phases", std::move(phases)},
      {"elapsedMs", std::int64_t{result.elapsed.count()}},
  };
  return view;
}

View view_of(const std::vector<cluster::DeleteResult>& results) {
  View view;
  Value::List items;
  for (const auto& result : results) {
    view.names.push_back("cluster/" + result.name);
    items.emplace_back(
        Value::Object{{"name", result.name}, {"nodes", result.nodes}, {"kubeconfigs", result.kubeconfigs}});
  }
  view.value = list_value("ClusterDeletedList", std::move(items));
  return view;
}

View view_of(const cluster::ExtendResult& result) {
  return {.value =
              Value::Object{{"apiVersion", kApiVersion},
                            {"kind", "ClusterExtended"},
                            {"name", result.name},
                            {"expires", result.expires ? Value(base::to_rfc3339(*result.expires)) : Value()}},
          .names = {"cluster/" + result.name},
          .tables = {}};
}

View view_of(const std::vector<cluster::Remnant>& removed) {
  View view;
  Value::List items;
  for (const auto& one : removed) {
    view.names.push_back(one.type + "/" + one.name);
    items.emplace_back(Value::Object{{"type", one.type},
                                     {"name", one.name},
                                     {"id", one.id.empty() ? Value() : Value(one.id)},
                                     {"reason", one.reason}});
  }
  view.value = list_value("PrunedList", std::move(items));
  return view;
}

View view_of(const logs::ExportResult& result) {
  Value::List missing;
  for (const auto& item : result.missing) {
    missing.emplace_back(Value::Object{{"what", item.what}, {"reason", item.reason}});
  }
  return {.value = Value::Object{{"apiVersion", kApiVersion},
                                 {"kind", "ClusterLogs"},
                                 {"name", result.cluster},
                                 {"folder", result.folder},
                                 {"nodes", result.nodes},
                                 {"files", result.files},
                                 {"bytes", result.bytes},
                                 {"missing", std::move(missing)}},
          .names = {result.folder},
          .tables = {}};
}

Table phase_table(const cluster::CreateResult& result, bool all) {
  Table table{.headers = {"AT", "TOOK", "PHASE"}};
  for (const auto& phase : result.phases) {
    const bool milestone = phase.elapsed.count() == 0;
    if (all || milestone) {
      table.rows.push_back(
          {base::to_text(phase.at), milestone ? "-" : base::to_text(phase.elapsed), phase.name});
    }
  }
  return table;
}

}  // namespace ingot::cli::output
