// SPDX-License-Identifier: Apache-2.0
// Clusters as they are: the list, and the status of one.
#include "output/view.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli::output {

namespace {

std::string time_text(Time time, const Moment& moment) {
  if (!moment.relative) {
    return base::to_rfc3339(time);
  }
  return age_text(std::chrono::duration_cast<std::chrono::seconds>(moment.now - time));
}

// Until when a cluster is needed: what is over is there only until somebody deletes it.
Cell expiry_cell(const std::optional<Time>& expires, const Moment& moment) {
  if (!expires) {
    return {"-"};
  }
  const bool is_over = *expires <= moment.now;
  std::string text = base::to_rfc3339(*expires);
  if (moment.relative) {
    text = is_over
               ? "over"
               : "in " + age_text(std::chrono::duration_cast<std::chrono::seconds>(*expires - moment.now));
  }
  return is_over ? Cell(std::move(text), Colour::yellow) : Cell(std::move(text));
}

Value expiry_value(const std::optional<Time>& expires) {
  return expires ? Value(base::to_rfc3339(*expires)) : Value();
}

std::string or_dash(std::string text) {
  return text.empty() ? "-" : text;
}

Colour colour_of(std::string_view state) {
  if (state == "Ready" || state == "Running") {
    return Colour::green;
  }
  return state == "Creating" || state == "Unknown" ? Colour::yellow : Colour::red;
}

std::vector<Value> values_of(const std::vector<cluster::NodeStatus>& nodes) {
  std::vector<Value> values;
  for (const auto& node : nodes) {
    values.emplace_back(Value::Object{
        {"name", node.name},
        {"role", node.role},
        {"state", node.state},
        {"detail", node.detail},
        {"kubernetesVersion", node.version},
        {"address", node.address},
        {"image", node.image},
        {"containerId", node.container_id},
        {"started", node.started ? Value(base::to_rfc3339(*node.started)) : Value()},
        {"cpuCores", node.cpu_cores ? Value(*node.cpu_cores) : Value()},
        {"memoryBytes", node.memory_bytes ? Value(*node.memory_bytes) : Value()},
    });
  }
  return values;
}

Table node_table(const std::vector<cluster::NodeStatus>& nodes, bool wide, const Moment& moment) {
  Table table{.headers = {"NAME", "ROLE", "STATE", "VERSION", "CPU", "MEMORY"}};
  if (wide) {
    table.headers.insert(table.headers.end(), {"ADDRESS", "CONTAINER", "IMAGE"});
  }
  table.headers.emplace_back(moment.relative ? "AGE" : "STARTED");
  for (const auto& node : nodes) {
    std::vector<Cell> row{
        node.name,
        node.role,
        {node.state, colour_of(node.state)},
        or_dash(node.version),
        node.cpu_cores ? fmt::format("{:.2f}", *node.cpu_cores) : "-",
        node.memory_bytes ? base::to_size_text(*node.memory_bytes) : "-",
    };
    if (wide) {
      row.emplace_back(or_dash(node.address));
      row.emplace_back(or_dash(node.container_id));
      row.emplace_back(or_dash(node.image));
    }
    row.emplace_back(node.started ? time_text(*node.started, moment) : "-");
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table component_table(const cluster::ClusterStatus& status) {
  Table table{.headers = {"COMPONENT", "STATE", "DETAIL"}};
  for (const auto& component : status.components) {
    const Cell state = component.healthy ? Cell("ok", Colour::green) : Cell("failing", Colour::red);
    table.rows.push_back({base::replace_all(component.name, " ", "-"), state, or_dash(component.detail)});
  }
  for (const auto& node : status.nodes) {
    if (!node.detail.empty()) {
      table.rows.push_back({node.name, {node.state, colour_of(node.state)}, node.detail});
    }
  }
  return table;
}

// Who stopped a cluster need not be told that it is unhealthy.
Cell condition_of(const cluster::ClusterStatus& status) {
  if (status.healthy()) {
    return {"healthy", Colour::green};
  }
  for (const auto& [state, word] : {std::pair("Stopped", "stopped"), std::pair("Paused", "paused"),
                                    std::pair("Recovering", "recovering")}) {
    if (status.state == state) {
      return {word, Colour::yellow};
    }
  }
  return {"unhealthy", Colour::red};
}

}  // namespace

std::string age_text(std::chrono::seconds age) {
  const auto seconds = std::max<std::int64_t>(age.count(), 0);
  if (seconds < 120) {
    return fmt::format("{}s", seconds);
  }
  if (seconds < 2 * 3600) {
    return fmt::format("{}m", seconds / 60);
  }
  return seconds < 2 * 86400 ? fmt::format("{}h", seconds / 3600) : fmt::format("{}d", seconds / 86400);
}

View view_of(const std::vector<cluster::ClusterSummary>& clusters, bool wide, const Moment& moment) {
  View view;
  Value::List items;
  Table table{.headers = {"NAME", "STATE", "RUNNING", "CONTROL-PLANES", "WORKERS"}};
  if (wide) {
    table.headers.emplace_back("IMAGE");
  }
  table.headers.emplace_back(moment.relative ? "AGE" : "CREATED");
  const bool any_expires =
      std::ranges::any_of(clusters, [](const auto& one) { return one.expires.has_value(); });
  if (any_expires) {
    table.headers.emplace_back("EXPIRES");
  }
  for (const auto& one : clusters) {
    view.names.push_back("cluster/" + one.name);
    items.emplace_back(Value::Object{{"name", one.name},
                                     {"state", one.state},
                                     {"controlPlanes", one.control_planes},
                                     {"workers", one.workers},
                                     {"running", one.running},
                                     {"image", one.image},
                                     {"created", base::to_rfc3339(one.created)},
                                     {"expires", expiry_value(one.expires)}});
    std::vector<Cell> row{one.name,
                          {one.state, colour_of(one.state)},
                          fmt::format("{}/{}", one.running, one.control_planes + one.workers),
                          fmt::format("{}", one.control_planes),
                          fmt::format("{}", one.workers)};
    if (wide) {
      row.emplace_back(or_dash(one.image));
    }
    row.emplace_back(time_text(one.created, moment));
    if (any_expires) {
      row.emplace_back(expiry_cell(one.expires, moment));
    }
    table.rows.push_back(std::move(row));
  }
  view.value = list_value("ClusterList", std::move(items));
  if (!clusters.empty()) {
    view.tables.push_back(std::move(table));
  }
  return view;
}

View view_of(const cluster::ClusterStatus& status, bool wide, const Moment& moment) {
  View view;
  view.names.push_back("cluster/" + status.name);
  for (const auto& node : status.nodes) {
    view.names.push_back("node/" + node.name);
  }
  Value::List components;
  for (const auto& component : status.components) {
    components.emplace_back(Value::Object{
        {"name", component.name}, {"healthy", component.healthy}, {"detail", component.detail}});
  }
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "ClusterStatus"},
                             {"name", status.name},
                             {"state", status.state},
                             {"healthy", status.healthy()},
                             {"endpoint", status.endpoint},
                             {"kubernetesVersion", status.kubernetes_version},
                             {"expires", expiry_value(status.expires)},
                             {"nodes", values_of(status.nodes)},
                             {"components", std::move(components)}};
  Table overview{.headers = {"NAME", "STATE", "VERSION", "ENDPOINT"}};
  overview.rows.push_back(
      {status.name, condition_of(status), or_dash(status.kubernetes_version), or_dash(status.endpoint)});
  if (status.expires) {
    overview.headers.emplace_back("EXPIRES");
    overview.rows.front().push_back(expiry_cell(status.expires, moment));
  }
  view.tables = {std::move(overview), node_table(status.nodes, wide, moment), component_table(status)};
  return view;
}

View node_view(const cluster::ClusterStatus& status, bool wide, const Moment& moment) {
  View view;
  Table table{.headers = {"NAME", "ROLE", "STATE", "VERSION", "ADDRESS"}};
  if (wide) {
    table.headers.insert(table.headers.end(), {"CONTAINER", "IMAGE"});
  }
  table.headers.emplace_back(moment.relative ? "AGE" : "STARTED");
  for (const auto& node : status.nodes) {
    view.names.push_back("node/" + node.name);
    std::vector<Cell> row{node.name,
                          node.role,
                          {node.state, colour_of(node.state)},
                          or_dash(node.version),
                          or_dash(node.address)};
    if (wide) {
      row.emplace_back(or_dash(node.container_id));
      row.emplace_back(or_dash(node.image));
    }
    row.emplace_back(node.started ? time_text(*node.started, moment) : "-");
    table.rows.push_back(std::move(row));
  }
  view.value = list_value("NodeList", values_of(status.nodes));
  view.tables.push_back(std::move(table));
  return view;
}

}  // namespace ingot::cli::output
