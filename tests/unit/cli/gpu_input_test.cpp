// SPDX-License-Identifier: Apache-2.0
#include "gpu_input.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

using namespace ingot;
using Names = std::vector<std::string>;

namespace {

config::ClusterSpec demo() {
  config::ClusterSpec spec;
  spec.name = "demo";
  spec.nodes = {
      {.role = config::Role::control_plane}, {.role = config::Role::worker}, {.role = config::Role::worker}};
  return spec;
}

std::vector<attach::Wish> wishes(const Names& gpus, const config::ClusterSpec& spec = demo()) {
  return cli::gpu_wishes({.gpus = gpus}, spec);
}

}  // namespace

TEST_CASE("a number of GPUs is each worker's, or the control plane's where it is alone", "[cli]") {
  const auto workers = wishes({"2"});
  REQUIRE(workers.size() == 2);
  CHECK(workers[0].node == "demo-worker");
  CHECK(workers[0].count == 2);
  auto alone = demo();
  alone.nodes.resize(1);
  REQUIRE(wishes({"all"}, alone).size() == 1);
  CHECK(wishes({"all"}, alone)[0].all);
}

TEST_CASE("a node's own GPUs win over a number, and a flag over the file", "[cli]") {
  auto spec = demo();
  spec.nodes[1].gpus = "3";
  spec.nodes[2].gpus = "v.com/gpu=0,v.com/gpu=1";
  const auto from_file = wishes({}, spec);
  REQUIRE(from_file.size() == 2);
  CHECK(from_file[0].count == 3);
  CHECK(from_file[1].names == Names{"v.com/gpu=0", "v.com/gpu=1"});
  const auto given = wishes({"worker2=0,v.com/gpu=1", "1"}, spec);
  CHECK(given[0].count == 1);
  CHECK(given[1].names == Names{"0", "v.com/gpu=1"});
}

TEST_CASE("all mistakes of --gpus are told at once", "[cli]") {
  try {
    static_cast<void>(wishes({"some", "worker7=0", "worker2=0,", "worker2=1", "v.com/gpu=0", "0"}));
    FAIL("nothing was refused");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    CHECK(error.failure().problems.size() == 6);
  }
}

TEST_CASE("new nodes are given a number, or all", "[cli]") {
  CHECK(cli::gpu_wish({.gpus = {"2"}})->count == 2);
  CHECK(cli::gpu_wish({.gpus = {"all"}})->all);
  CHECK_FALSE(cli::gpu_wish({}));
  CHECK_THROWS_AS(cli::gpu_wish({.gpus = {"worker2=0"}}), base::Error);
  CHECK_THROWS_AS(cli::gpu_wish({.gpus = {"1", "2"}}), base::Error);
}

TEST_CASE("how pods come to GPUs is every node's, and a flag wins over the file", "[cli]") {
  auto spec = demo();
  spec.nodes[1].gpus = "1";
  spec.nodes[1].gpu_replicas = 4;
  CHECK(cli::gpu_wishes({}, spec).at(0).offering.replicas == 4);
  CHECK(cli::gpu_wishes({.gpus = {"2"}}, spec).at(0).offering.replicas == 4);
  CHECK_FALSE(cli::gpu_wishes({.gpus = {"2"}}, spec).at(1).offering.replicas);
  const auto given = cli::gpu_wishes({.gpus = {"2"}, .replicas = "3", .plugin = "ingot"}, spec);
  CHECK(given.at(0).offering.replicas == 3);
  CHECK(given.at(1).offering.own_plugin == true);
  CHECK(cli::gpu_wish({.gpus = {"1"}, .plugin = "none"})->offering.own_plugin == false);
}

TEST_CASE("what is no number of replicas is refused, and so is one of nothing", "[cli]") {
  for (const std::string text : {"0", "-1", "101", "2x", "many", "99999999999"}) {
    INFO(text);
    CHECK_THROWS_AS(cli::read_offering({.replicas = text}), base::Error);
  }
  CHECK_THROWS_AS(cli::read_offering({.replicas = "2", .plugin = "none"}), base::Error);
  CHECK(cli::read_offering({.replicas = "100"}).replicas == 100);
  CHECK_THROWS_AS(cli::gpu_wishes({.replicas = "2"}, demo()), base::Error);
  CHECK_THROWS_AS(cli::gpu_wish({.plugin = "none"}), base::Error);
}

TEST_CASE("an instance is given a number, all, or names, as docker writes them, too", "[cli]") {
  const auto wish = [](const Names& gpus) { return cli::gpu_wish_of_instance({.gpus = gpus}); };
  CHECK_FALSE(wish({}).any());
  CHECK(wish({"2"}).count == 2);
  CHECK(wish({"all"}).names == Names{"all"});
  CHECK(wish({"device=0,1", "v.com/gpu=2"}).names == Names{"0", "1", "v.com/gpu=2"});
  try {
    static_cast<void>(wish({"0", "1", "device=", "v.com/gpu=0,"}));
    FAIL("nothing was refused");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    CHECK(error.failure().problems.size() == 4);
  }
}

TEST_CASE("where GPUs are looked for can be said", "[cli]") {
  const auto usual = cli::gpu_roots({});
  CHECK(usual.cdi == Names{"/etc/cdi", "/var/run/cdi"});
  CHECK(usual.nvml_command == Names{"/proc/self/exe", "__nvml"});
  const auto other = cli::gpu_roots({{"INGOT_CDI_DIRS", "/a:/b"}, {"INGOT_GPU_ROOT", "/m"}});
  CHECK(other.cdi == Names{"/a", "/b"});
  CHECK(other.base == "/m");
  CHECK(other.nvml_command.empty());
  CHECK(cli::gpu_roots({{"INGOT_GPU_ROOT", "/m"}, {"INGOT_NVML_LIBRARY", "/l.so"}}).nvml_command.back() ==
        "/l.so");
}
