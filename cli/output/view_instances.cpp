// SPDX-License-Identifier: Apache-2.0
// Instances: the list, the status of one, and what became of those that were run, changed and deleted.
#include "base/text.hpp"
#include "output/view.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli::output {

namespace {

std::string time_text(Time time, const Moment& moment) {
  return moment.relative ? age_text(std::chrono::duration_cast<std::chrono::seconds>(moment.now - time))
                         : base::to_rfc3339(time);
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

Cell state_cell(const std::string& state) {
  return {state, state == "Running" ? Colour::green : Colour::yellow};
}

Value::Object value_of(const instance::Summary& one) {
  return {{"name", one.name},      {"state", one.state},     {"address", one.address},
          {"ssh", one.ssh},        {"cluster", one.cluster}, {"image", one.image},
          {"containerId", one.id}, {"devices", one.devices}, {"created", base::to_rfc3339(one.created)}};
}

Value value_of(const instance::SshAccess& ssh) {
  return Value::Object{
      {"address", ssh.address}, {"port", ssh.port}, {"user", ssh.user}, {"folder", ssh.folder}};
}

std::string port_text(const docker::PortBinding& port) {
  return fmt::format("{}:{}/{}", base::host_and_port(port.host_address, port.host_port), port.container_port,
                     port.protocol);
}

Value::List ports_of(const std::vector<docker::PortBinding>& ports) {
  Value::List list;
  for (const auto& port : ports) {
    list.emplace_back(Value::Object{{"address", port.host_address},
                                    {"hostPort", port.host_port},
                                    {"containerPort", port.container_port},
                                    {"protocol", port.protocol}});
  }
  return list;
}

Value::List mounts_of(const std::vector<docker::Mount>& mounts) {
  Value::List list;
  for (const auto& mount : mounts) {
    list.emplace_back(Value::Object{{"type", mount.type},
                                    {"source", mount.source},
                                    {"target", mount.target},
                                    {"readOnly", mount.read_only}});
  }
  return list;
}

Value limit_value(std::int64_t amount) {
  return amount == 0 ? Value() : Value(amount);
}

}  // namespace

View view_of(const std::vector<instance::Summary>& instances, bool wide, const Moment& moment) {
  View view;
  Value::List items;
  Table table{.headers = {"NAME", "STATE", "ADDRESS", "SSH", "CLUSTER"}};
  if (wide) {
    table.headers.insert(table.headers.end(), {"DEVICES", "IMAGE", "CONTAINER"});
  }
  table.headers.emplace_back(moment.relative ? "AGE" : "CREATED");
  for (const auto& one : instances) {
    view.names.push_back("instance/" + one.name);
    items.emplace_back(value_of(one));
    std::vector<Cell> row{one.name, state_cell(one.state), or_dash(one.address), or_dash(one.ssh),
                          or_dash(one.cluster)};
    if (wide) {
      row.emplace_back(or_dash(base::join(one.devices, ",")));
      row.emplace_back(or_dash(one.image));
      row.emplace_back(one.id.substr(0, 12));
    }
    row.emplace_back(time_text(one.created, moment));
    table.rows.push_back(std::move(row));
  }
  view.value = list_value("InstanceList", std::move(items));
  if (!instances.empty()) {
    view.tables.push_back(std::move(table));
  }
  return view;
}

View view_of(const instance::Status& status, const Moment& moment) {
  View view;
  const auto& one = status.summary;
  view.names.push_back("instance/" + one.name);
  auto object = value_of(one);
  object.insert(object.begin(), {{"apiVersion", kApiVersion}, {"kind", "InstanceStatus"}});
  const auto add = [&](const char* key, Value value) { object.emplace_back(key, std::move(value)); };
  add("healthy", status.healthy());
  add("system", status.system.empty() ? Value() : Value(status.system));
  add("failedUnits", status.failed_units);
  add("network", status.network);
  add("disk", status.disk);
  add("ports", ports_of(status.ports));
  add("mounts", mounts_of(status.mounts));
  add("absentDevices", status.absent_devices);
  add("cpuMillis", limit_value(status.limits.nano_cpus / 1'000'000));
  add("memoryLimitBytes", limit_value(status.limits.memory_bytes));
  add("pids", limit_value(status.limits.pids));
  add("started", status.started ? Value(base::to_rfc3339(*status.started)) : Value());
  add("cpuCores", status.cpu_cores ? Value(*status.cpu_cores) : Value());
  add("memoryBytes", status.memory_bytes ? Value(*status.memory_bytes) : Value());
  view.value = std::move(object);

  Table overview{
      .headers = {"NAME", "STATE", "SYSTEM", "CPU", "MEMORY", moment.relative ? "AGE" : "STARTED"}};
  overview.rows.push_back({one.name,
                           state_cell(one.state),
                           {or_dash(status.system), status.failed_units.empty() ? Colour::none : Colour::red},
                           status.cpu_cores ? fmt::format("{:.2f}", *status.cpu_cores) : "-",
                           status.memory_bytes ? base::to_size_text(*status.memory_bytes) : "-",
                           status.started ? time_text(*status.started, moment) : "-"});
  Table facts{.headers = {"FACT", "VALUE"}};
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) {
      facts.rows.push_back({Cell(name), Cell(value)});
    }
  };
  fact("address", one.address);
  fact("network", status.network);
  fact("cluster", one.cluster);
  for (const auto& port : status.ports) {
    fact("port", port_text(port));
  }
  for (const auto& mount : status.mounts) {
    fact("mount", fmt::format("{} on {}", mount.source, mount.target));
  }
  for (const auto& device : one.devices) {
    const bool is_absent = std::ranges::count(status.absent_devices, device) > 0;
    facts.rows.push_back(
        {Cell("device"), is_absent ? Cell(device + " (absent)", Colour::red) : Cell(device)});
  }
  fact("image", one.image);
  for (const auto& unit : status.failed_units) {
    facts.rows.push_back({Cell("failed"), Cell(unit, Colour::red)});
  }
  view.tables = {std::move(overview), std::move(facts)};
  return view;
}

View view_of(const instance::RunResult& result) {
  View view;
  view.names.push_back("instance/" + result.name);
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "InstanceRun"},
                             {"name", result.name},
                             {"containerId", result.id},
                             {"image", result.image},
                             {"network", result.network},
                             {"address", result.address},
                             {"cluster", result.cluster},
                             {"disk", result.disk},
                             {"devices", result.devices},
                             {"ssh", value_of(result.ssh)},
                             {"failedUnits", result.failed_units},
                             {"elapsedMs", result.elapsed.count()}};
  return view;
}

View view_of(instance::Verb verb, const std::vector<instance::ChangeResult>& results) {
  View view;
  Value::List items;
  for (const auto& result : results) {
    view.names.push_back("instance/" + result.name);
    items.emplace_back(Value::Object{{"name", result.name},
                                     {"changed", result.changed},
                                     {"failedUnits", result.failed_units},
                                     {"elapsedMs", result.elapsed.count()}});
  }
  view.value = list_value("Instance" + capitalized(instance::to_past(verb)) + "List", std::move(items));
  return view;
}

View view_of(const std::vector<instance::DeleteResult>& results) {
  View view;
  Value::List items;
  for (const auto& result : results) {
    view.names.push_back("instance/" + result.name);
    items.emplace_back(
        Value::Object{{"name", result.name}, {"containers", result.containers}, {"volumes", result.volumes}});
  }
  view.value = list_value("InstanceDeletedList", std::move(items));
  return view;
}

}  // namespace ingot::cli::output
