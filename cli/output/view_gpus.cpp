// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "output/view.hpp"

#include <fmt/format.h>

namespace ingot::cli::output {

namespace {

std::string dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string memory_text(const attach::ListedDevice& device) {
  const auto& offer = device.offer;
  const auto bytes = offer.mig ? offer.mig->memory_bytes : offer.gpu ? offer.gpu->memory_bytes : 0;
  return bytes == 0 ? "-" : base::to_size_text(bytes);
}

std::string model_of(const gpu::Offer& offer) {
  if (offer.mig && !offer.mig->name.empty()) {
    return offer.mig->name;
  }
  return offer.gpu ? offer.gpu->model : std::string();
}

std::string uuid_of(const gpu::Offer& offer) {
  return offer.mig ? offer.mig->uuid : offer.gpu ? offer.gpu->uuid : std::string();
}

// What is unknown is null.
Value known(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}
Value known(std::int64_t number) {
  return number < 0 ? Value() : Value(number);
}
Value bytes_of(std::uint64_t bytes) {
  return bytes == 0 ? Value() : Value(bytes);
}

Value value_of(const gpu::Gpu& gpu) {
  Value::List mig;
  for (const auto& one : gpu.mig) {
    mig.emplace_back(Value::Object{{"index", one.index},
                                   {"uuid", known(one.uuid)},
                                   {"name", known(one.name)},
                                   {"gpuInstance", known(one.gpu_instance)},
                                   {"computeInstance", known(one.compute_instance)},
                                   {"memoryBytes", bytes_of(one.memory_bytes)}});
  }
  return Value::Object{{"vendor", gpu.vendor},
                       {"model", known(gpu.model)},
                       {"uuid", known(gpu.uuid)},
                       {"pci", known(gpu.pci)},
                       {"index", known(gpu.index)},
                       {"minor", known(gpu.minor)},
                       {"numaNode", known(gpu.numa)},
                       {"driver", known(gpu.driver)},
                       {"driverVersion", known(gpu.driver_version)},
                       {"memoryBytes", bytes_of(gpu.memory_bytes)},
                       {"deviceNodes", gpu.nodes},
                       {"migEnabled", gpu.mig_enabled},
                       {"migDevices", std::move(mig)},
                       {"problem", known(gpu.problem)}};
}

std::vector<Cell> row_of(const attach::ListedDevice& device, bool wide) {
  const auto& offer = device.offer;
  std::vector<Cell> row = {offer.name, dash(model_of(offer)), memory_text(device),
                           dash(offer.gpu ? offer.gpu->pci : ""), dash(base::join(device.nodes, ","))};
  if (wide) {
    const auto numa = offer.gpu && offer.gpu->numa >= 0 ? std::to_string(offer.gpu->numa) : std::string();
    const auto driver = offer.gpu ? offer.gpu->driver + (offer.gpu->driver_version.empty() ? "" : " ") +
                                        offer.gpu->driver_version
                                  : std::string();
    row.insert(row.end(), {dash(uuid_of(offer)), dash(numa), dash(driver), dash(base::join(offer.nodes, ",")),
                           offer.file.empty() ? "ingot" : offer.file});
  }
  return row;
}

}  // namespace

View view_of(const attach::Listing& listing, bool wide) {
  View view;
  Table table{.headers = {"DEVICE", "MODEL", "MEMORY", "PCI", "NODE"}};
  if (wide) {
    table.headers.insert(table.headers.end(), {"UUID", "NUMA", "DRIVER", "DEVICE NODES", "DESCRIBED BY"});
  }
  Value::List items;
  for (const auto& device : listing.devices) {
    const auto& offer = device.offer;
    view.names.push_back("device/" + offer.name);
    table.rows.push_back(row_of(device, wide));
    items.emplace_back(Value::Object{{"name", offer.name},
                                     {"aliases", offer.aliases},
                                     {"file", known(offer.file)},
                                     {"deviceNodes", offer.nodes},
                                     {"model", known(model_of(offer))},
                                     {"uuid", known(uuid_of(offer))},
                                     {"nodes", device.nodes},
                                     {"gpu", offer.gpu ? value_of(*offer.gpu) : Value()}});
  }
  Value::List others;
  Table problems{.headers = {"GPU", "MODEL", "WHY IT CANNOT BE GIVEN"}};
  for (const auto& gpu : listing.others) {
    others.push_back(value_of(gpu));
    problems.rows.push_back({gpu.pci, dash(gpu.model.empty() ? gpu.vendor : gpu.model), gpu.problem});
  }
  view.tables.push_back(std::move(table));
  if (!problems.rows.empty()) {
    view.tables.push_back(std::move(problems));
  }
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "DeviceList"},
                             {"items", std::move(items)},
                             {"unusable", std::move(others)},
                             {"problems", listing.problems}};
  return view;
}

View view_of(const attach::Result& result) {
  const char* kind = result.verb == attach::Verb::attach ? "DevicesAttached" : "DevicesDetached";
  return {.value = Value::Object{{"apiVersion", kApiVersion},
                                 {"kind", kind},
                                 {"node", result.node},
                                 {"changed", result.changed},
                                 {"devices", result.devices},
                                 {"plugin", result.own_plugin ? "ingot" : "none"},
                                 {"elapsedMs", result.elapsed.count()}},
          .names = {result.subject}};
}

View view_of(const std::vector<attach::DeviceStatus>& statuses) {
  View view;
  Table table{.headers = {"NODE", "DEVICE", "STATE", "REPLICAS", "PODS"}};
  Value::List items;
  for (const auto& one : statuses) {
    view.names.push_back("device/" + one.device);
    const auto colour = one.state == "ready" || one.state == "given" ? Colour::green
                        : one.state == "absent"                      ? Colour::red
                                                                     : Colour::yellow;
    table.rows.push_back({one.subject.starts_with("node/") ? one.node : one.subject,
                          one.device,
                          {one.state, colour},
                          std::to_string(one.replicas),
                          dash(base::join(one.pods, ","))});
    items.emplace_back(Value::Object{{"node", one.node},
                                     {"cluster", known(one.cluster)},
                                     {"device", one.device},
                                     {"state", one.state},
                                     {"replicas", one.replicas},
                                     {"pods", one.pods}});
  }
  view.tables.push_back(std::move(table));
  view.value = list_value("DeviceStatusList", std::move(items));
  return view;
}

View view_of(const std::vector<attach::Reconciled>& results) {
  View view;
  Value::List items;
  for (const auto& one : results) {
    view.names.push_back(one.subject);
    items.emplace_back(Value::Object{{"node", one.node},
                                     {"changed", one.changed},
                                     {"devices", one.devices},
                                     {"lost", one.lost},
                                     {"problem", known(one.problem)}});
  }
  view.value = list_value("DevicesReconciled", std::move(items));
  return view;
}

}  // namespace ingot::cli::output
