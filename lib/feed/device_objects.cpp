// SPDX-License-Identifier: Apache-2.0
#include "feed/device_objects.hpp"

#include "feed/make_object.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::feed {

namespace {

using nlohmann::json;

constexpr const char* kResource = "resource";

json to_data(const gpu::Gpu& gpu) {
  json data = {{"problem", gpu.problem},
               {"vendor", gpu.vendor},
               {"model", gpu.model},
               {"uuid", gpu.uuid},
               {"pci", gpu.pci},
               {"driver", gpu.driver + (gpu.driver_version.empty() ? "" : " " + gpu.driver_version)}};
  if (gpu.memory_bytes > 0) {
    data["memoryBytes"] = gpu.memory_bytes;
  }
  if (gpu.numa >= 0) {
    data["numaNode"] = gpu.numa;
  }
  return data;
}

void add_mig(json& data, const gpu::MigDevice& mig) {
  data["uuid"] = mig.uuid;
  if (!mig.name.empty()) {
    data["model"] = mig.name;
  }
  data.erase("memoryBytes");  // of all of it
  if (mig.memory_bytes > 0) {
    data["memoryBytes"] = mig.memory_bytes;
  }
}

json to_data(const gpu::Offer& offer) {
  const auto resource = offer.name.substr(0, offer.name.find('='));
  json data = to_data(offer.gpu.value_or(gpu::Gpu{.vendor = resource.substr(0, resource.find('/'))}));
  if (offer.mig) {
    add_mig(data, *offer.mig);
  }
  data[kResource] = resource;
  data["describedBy"] = offer.file.empty() ? "ingot" : offer.file;
  data["aliases"] = offer.aliases;
  data["deviceNodes"] = offer.nodes;
  return data;
}

// Names of files and models need not be UTF-8.
std::string to_text(const json& data) {
  return data.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string state_of(const json& data, bool is_absent) {
  return !data.at("problem").get_ref<const std::string&>().empty() ? "Unusable"
         : is_absent                                               ? "Absent"
         : data.at("holders").empty()                              ? "Free"
                                                                   : "Held";
}

}  // namespace

Stock to_stock(const gpu::Catalogue& catalogue) {
  Stock stock;
  for (const auto& offer : catalogue.offers) {
    stock[offer.name] = to_text(to_data(offer));
  }
  for (const auto& gpu : catalogue.others) {
    auto data = to_data(gpu);
    data.update(
        {{kResource, ""}, {"describedBy", "ingot"}, {"aliases", json::array()}, {"deviceNodes", gpu.nodes}});
    stock[gpu.pci] = to_text(data);
  }
  return stock;
}

std::vector<live::Object> device_objects(const Stock& stock, const std::vector<attach::Holding>& holdings) {
  std::vector<live::Object> objects;
  for (const auto& [id, facts] : stock) {
    auto data = json::parse(facts);
    json holders = json::object();
    std::int64_t replicas = 1;
    bool is_absent = false;
    for (const auto& holding : holdings) {
      const auto held = std::ranges::find(holding.devices, id, &attach::Holding::Device::name);
      if (held != holding.devices.end()) {
        holders[holding.name] = held->state;
        replicas = std::max(replicas, held->replicas);
        is_absent = is_absent || held->state == "absent";
      }
    }
    data["holders"] = std::move(holders);
    data["replicas"] = replicas;
    data["state"] = state_of(data, is_absent);
    objects.push_back(make_object({.kind = live::Kind::device, .id = id, .cluster = {}, .labels = {}}, data));
  }
  return objects;
}

bool can_be_mended(const Stock& stock, const attach::Holding& holding) {
  return holding.lacks_some() &&
         std::ranges::all_of(holding.devices, [&](const attach::Holding::Device& device) {
           const auto known = stock.find(device.name);
           return known != stock.end() && json::parse(known->second).at(kResource) != "";
         });
}

}  // namespace ingot::feed
