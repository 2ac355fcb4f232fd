// SPDX-License-Identifier: Apache-2.0
#include "output/view.hpp"

namespace ingot::cli::output {

namespace {

Value values_of(const std::vector<std::string>& names, View& view) {
  Value::List values;
  for (const auto& name : names) {
    values.emplace_back(name);
    view.names.push_back("node/" + name);
  }
  return values;
}

}  // namespace

View view_of(const scale::Result& result) {
  View view;
  auto added = values_of(result.added, view);
  auto removed = values_of(result.removed, view);
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "ClusterScaled"},
                             {"name", result.cluster},
                             {"workers", result.workers},
                             {"controlPlanes", result.control_planes},
                             {"added", std::move(added)},
                             {"removed", std::move(removed)},
                             {"elapsedMs", result.elapsed.count()}};
  return view;
}

}  // namespace ingot::cli::output
