// SPDX-License-Identifier: Apache-2.0
#include "output/view.hpp"

namespace ingot::cli::output {

namespace {

Value nodes_of(const lifecycle::Result& result) {
  Value::List nodes;
  for (const auto& node : result.nodes) {
    nodes.emplace_back(Value::Object{{"name", node.name}, {"changed", node.changed}});
  }
  return nodes;
}

}  // namespace

View view_of(lifecycle::Verb verb, const std::vector<lifecycle::Result>& results) {
  View view;
  Value::List items;
  for (const auto& result : results) {
    view.names.push_back("cluster/" + result.name);
    items.emplace_back(Value::Object{
        {"name", result.name}, {"nodes", nodes_of(result)}, {"elapsedMs", result.elapsed.count()}});
  }
  view.value = list_value("Cluster" + capitalized(lifecycle::to_past(verb)) + "List", std::move(items));
  return view;
}

View nodes_view_of(const lifecycle::Result& result) {
  View view;
  for (const auto& node : result.nodes) {
    view.names.push_back("node/" + node.name);
  }
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "Node" + capitalized(lifecycle::to_past(result.verb)) + "List"},
                             {"cluster", result.name},
                             {"items", nodes_of(result)},
                             {"elapsedMs", result.elapsed.count()}};
  return view;
}

View view_of(const lifecycle::LimitResult& result) {
  View view;
  Value::List items;
  const auto limit = [](std::int64_t value) { return value == 0 ? Value() : Value(value); };
  for (const auto& node : result.nodes) {
    view.names.push_back("node/" + node.name);
    items.emplace_back(Value::Object{{"name", node.name},
                                     {"changed", node.changed},
                                     {"cpuMillis", limit(node.cpu_millis)},
                                     {"memoryBytes", limit(node.memory_bytes)},
                                     {"pids", limit(node.pids)}});
  }
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "NodeLimitedList"},
                             {"items", std::move(items)},
                             {"elapsedMs", result.elapsed.count()}};
  return view;
}

}  // namespace ingot::cli::output
