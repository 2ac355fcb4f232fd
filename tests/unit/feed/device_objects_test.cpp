// SPDX-License-Identifier: Apache-2.0
#include "feed/device_feed.hpp"
#include "live/messages.hpp"
#include "live/protocol.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::feed {

namespace {

using attach::Holding;
using nlohmann::json;

// A GPU of which half is given, a stand-in, and a GPU that cannot be given.
gpu::Catalogue some_catalogue() {
  gpu::Catalogue catalogue;
  const gpu::Gpu gpu{.vendor = "nvidia",
                     .model = "NVIDIA H100",
                     .uuid = "GPU-a",
                     .pci = "0000:07:00.0",
                     .numa = 1,
                     .driver = "nvidia",
                     .driver_version = "550.54",
                     .memory_bytes = 80};
  const gpu::MigDevice mig{.uuid = "MIG-a", .name = "NVIDIA H100 MIG 3g.40gb", .memory_bytes = 40};
  catalogue.offers = {{.name = "nvidia.com/gpu=0", .aliases = {"nvidia.com/gpu=GPU-a"}, .gpu = gpu},
                      {.name = "nvidia.com/gpu=0:1", .gpu = gpu, .mig = mig},
                      {.name = "vendor.example/gpu=a", .file = "/etc/cdi/v.yaml", .nodes = {"/dev/v"}}};
  catalogue.others = {{.vendor = "amd", .pci = "0000:0a:00.0", .problem = "no driver has it"}};
  return catalogue;
}

Holding holding(const std::string& name, const std::string& device, const std::string& state) {
  return {.id = name,
          .run = {},
          .name = name,
          .cluster = {},
          .devices = {{.name = device, .state = state, .replicas = 3}}};
}

json data_of(const std::vector<live::Object>& objects, const std::string& id) {
  for (const auto& object : objects) {
    if (object.subject.id == id) {
      return json::parse(object.data);
    }
  }
  return {};
}

}  // namespace

TEST_CASE("Devices: each is as the API describes it, and tells who has it", "[feed]") {
  const auto stock = to_stock(some_catalogue());
  const auto objects = device_objects(stock, {holding("demo-worker", "nvidia.com/gpu=0", "ready"),
                                              holding("dev", "nvidia.com/gpu=0", "unknown"),
                                              holding("late", "vendor.example/gpu=a", "absent"),
                                              holding("lost", "vendor.example/gpu=gone", "absent")});
  REQUIRE(objects.size() == 4);
  for (const auto& object : objects) {
    const auto text = live::set_change(1, object.subject, live::object_text(object), {}).message;
    CAPTURE(text);
    CHECK(live::problems_of(json::parse(text), live::Sender::server).empty());
  }
  const auto whole = data_of(objects, "nvidia.com/gpu=0");
  CHECK(whole.at("state") == "Held");
  CHECK(whole.at("holders") == json{{"demo-worker", "ready"}, {"dev", "unknown"}});
  CHECK(whole.at("replicas") == 3);
  CHECK(whole.at("resource") == "nvidia.com/gpu");
  CHECK(whole.at("driver") == "nvidia 550.54");
  CHECK(whole.at("memoryBytes") == 80);
  CHECK(whole.at("numaNode") == 1);
  CHECK(whole.at("describedBy") == "ingot");
  const auto part = data_of(objects, "nvidia.com/gpu=0:1");
  CHECK(part.at("state") == "Free");
  CHECK(part.at("uuid") == "MIG-a");
  CHECK(part.at("model") == "NVIDIA H100 MIG 3g.40gb");
  CHECK(part.at("memoryBytes") == 40);
  const auto other = data_of(objects, "vendor.example/gpu=a");
  CHECK(other.at("state") == "Absent");
  CHECK(other.at("vendor") == "vendor.example");
  CHECK(other.at("describedBy") == "/etc/cdi/v.yaml");
  CHECK_FALSE(other.contains("memoryBytes"));
  const auto broken = data_of(objects, "0000:0a:00.0");
  CHECK(broken.at("state") == "Unusable");
  CHECK(broken.at("problem") == "no driver has it");
  CHECK(broken.at("resource") == "");
}

TEST_CASE("Devices: only who lacks what this machine has can be given it again", "[feed]") {
  const auto stock = to_stock(some_catalogue());
  CHECK(can_be_mended(stock, holding("dev", "vendor.example/gpu=a", "absent")));
  CHECK_FALSE(can_be_mended(stock, holding("dev", "vendor.example/gpu=a", "ready")));
  CHECK_FALSE(can_be_mended(stock, holding("dev", "vendor.example/gpu=gone", "absent")));
  auto half = holding("dev", "vendor.example/gpu=a", "absent");
  half.devices.push_back({.name = "vendor.example/gpu=gone", .state = "absent"});
  CHECK_FALSE(can_be_mended(stock, half));  // the other one would be taken for good
}

TEST_CASE("Devices: a container is looked at when it starts or ends, and when a helper has changed it",
          "[feed]") {
  const auto event = [](const std::string& action, const docker::Labels& labels) {
    return docker::Event{.type = "container", .action = action, .id = "c", .attributes = labels, .at = {}};
  };
  const docker::Labels node{{"io.x-k8s.kind.cluster", "demo"}, {"io.x-k8s.kind.role", "worker"}};
  const docker::Labels helper{{"dev.ingot.throw-away", "1"}, {"dev.ingot.devices-of", "held"}};
  CHECK(holders_touched({event("start", node), event("die", helper)}) == std::set<std::string>{"c", "held"});
  CHECK(holders_touched({event("die", {{"dev.ingot.instance", "dev"}})}) == std::set<std::string>{"c"});
  CHECK(holders_touched({event("start", helper), event("create", node), event("extract-to-dir", node),
                         event("start", {{"somebody", "else"}}),
                         event("start", {{"io.x-k8s.kind.cluster", "demo"},
                                         {"io.x-k8s.kind.role", "external-load-balancer"}})})
            .empty());
}

}  // namespace ingot::feed
