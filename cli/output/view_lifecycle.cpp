// SPDX-License-Identifier: Apache-2.0
#include "output/view.hpp"

#include <cctype>

namespace ingot::cli::output {

namespace {

// "ClusterStoppedList"
std::string kind_of(lifecycle::Verb verb) {
  std::string past = lifecycle::to_past(verb);
  past.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(past.front())));
  return "Cluster" + past + "List";
}

}  // namespace

View view_of(lifecycle::Verb verb, const std::vector<lifecycle::Result>& results) {
  View view;
  Value::List items;
  for (const auto& result : results) {
    view.names.push_back("cluster/" + result.name);
    Value::List nodes;
    for (const auto& node : result.nodes) {
      nodes.emplace_back(Value::Object{{"name", node.name}, {"changed", node.changed}});
    }
    items.emplace_back(Value::Object{
        {"name", result.name}, {"nodes", std::move(nodes)}, {"elapsedMs", result.elapsed.count()}});
  }
  view.value =
      Value::Object{{"apiVersion", kApiVersion}, {"kind", kind_of(verb)}, {"items", std::move(items)}};
  return view;
}

}  // namespace ingot::cli::output
