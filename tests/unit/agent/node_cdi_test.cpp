// SPDX-License-Identifier: Apache-2.0
#include "device-agent/node_cdi.hpp"
#include "cdi/spec.hpp"
#include "device-agent/library_cache.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace ingot;

TEST_CASE("what a node's runtime reads is a CDI file, of libraries with their links", "[agent]") {
  const testing::TempDir folder;
  const auto library = folder / "libcuda.so.550.1";
  std::ofstream(library) << "ELF";
  std::filesystem::create_symlink("libcuda.so.550.1", folder / "libcuda.so.1");
  const auto files =
      agent::node_cdi_files({{.device = "v.com/gpu=0",
                              .env = {"A=B"},
                              .nodes = {{.path = "/dev/x",
                                         .host_path = "/dev/y",
                                         .type = "c",
                                         .mode = 0640,
                                         .gid = 44,
                                         .permissions = "r"}},
                              .mounts = {{.host_path = "/h", .path = library, .read_only = true}},
                              .gids = {44}},
                             {.device = "v.com/gpu=1", .nodes = {{.path = "/dev/z"}}},
                             {.device = "w.com/gpu=1", .nodes = {{.path = "/dev/z"}}}});
  REQUIRE(files.size() == 2);
  const auto spec = cdi::parse_spec(files.begin()->second);
  CHECK(files.begin()->first == "/run/cdi/ingot-v.com-gpu.json");
  CHECK(spec.version == "0.7.0");  // for the group
  REQUIRE(spec.devices.size() == 2);
  const auto& edits = spec.devices[0].edits;
  CHECK(edits.device_nodes.at(0).path == "/dev/x");
  CHECK(edits.device_nodes.at(0).host_path.empty());
  CHECK(edits.device_nodes.at(0).file_mode == 0640);
  CHECK(edits.device_nodes.at(0).gid == 44);
  CHECK_FALSE(edits.device_nodes.at(0).uid);
  CHECK(edits.device_nodes.at(0).permissions == "r");
  REQUIRE(edits.mounts.size() == 2);
  CHECK(edits.mounts[0].host_path == library);
  CHECK(edits.mounts[1].container_path == folder / "libcuda.so.1");
}

TEST_CASE("a pod's linker is told of a kind's folders once", "[agent]") {
  const auto files =
      agent::node_cdi_files({{.device = "v.com/gpu=0", .env = {"A=B"}, .library_folders = {"/l", "/m"}},
                             {.device = "v.com/gpu=1", .env = {"A=B"}, .library_folders = {"/m", "/n"}},
                             {.device = "w.com/gpu=0", .env = {"A=B"}}});
  REQUIRE(files.size() == 2);
  const auto& hooks = cdi::parse_spec(files.begin()->second).edits.hooks;
  REQUIRE(hooks.size() == 1);
  CHECK(hooks[0].name == "createContainer");
  CHECK(hooks[0].args == std::vector<std::string>{"/kind/ingot/agent", "cache-libraries", "/l", "/m", "/n"});
  CHECK(cdi::parse_spec(files.rbegin()->second).edits.hooks.empty());
}

TEST_CASE("a hook finds the container that its runtime makes", "[agent]") {
  const testing::TempDir bundle;
  const auto state = [&](const std::string& config) {
    std::ofstream(bundle / "config.json") << config;
    return R"({"ociVersion": "1.2.0", "bundle": ")" + bundle.path().string() + "\"}";
  };
  CHECK(agent::root_of(state(R"({"root": {"path": "/run/x/rootfs"}})")) == "/run/x/rootfs");
  CHECK(agent::root_of(state(R"({"root": {"path": "rootfs"}})")) == bundle / "rootfs");
  for (const auto* config : {"", "{}", "[]", R"({"root": 3})", R"({"root": {"path": ""}})"}) {
    CHECK_THROWS(agent::root_of(state(config)));
  }
  for (const auto* text : {"", "{", "[]", R"({"bundle": 3})", "{}"}) {
    CHECK_THROWS(agent::root_of(text));
  }
}

TEST_CASE("only files of ours are read, and broken ones passed over", "[agent]") {
  const testing::TempDir folder;
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
  };
  write("ingot-v.com-gpu.json",
        R"({"kind": "v.com/gpu", "devices": [{"name": "1"}, {"name": "0"}, {"name": 3}]})");
  write("ingot-broken.json", "{");
  write("ingot-list.json", "[]");
  write("nvidia.json", R"({"kind": "nvidia.com/gpu", "devices": [{"name": "0"}]})");
  CHECK(agent::read_node_cdi(folder.path().string()) ==
        std::map<std::string, agent::Offers>{{"v.com/gpu", {{"0", "0"}, {"1", "1"}}}});
  CHECK(agent::read_node_cdi(folder / "nowhere").empty());
}

TEST_CASE("a kubelet is told of as many replicas as pods share a device", "[agent]") {
  const auto files = agent::node_cdi_files({{.device = "v.com/gpu=0", .env = {"A=B"}, .replicas = 3},
                                            {.device = "v.com/gpu=a::1", .env = {"A=B"}}});
  REQUIRE(files.size() == 1);
  const auto& text = files.begin()->second;
  CHECK(cdi::parse_spec(text).version == "0.6.0");  // for the annotation
  const testing::TempDir folder;
  std::ofstream(folder / "ingot-v.com-gpu.json") << text;
  CHECK(agent::read_node_cdi(folder.path().string()).at("v.com/gpu") ==
        agent::Offers{{"0::0", "0"}, {"0::1", "0"}, {"0::2", "0"}, {"a::1", "a::1"}});
}

TEST_CASE("what is no number of replicas is one, or as many as there may be", "[agent]") {
  const testing::TempDir folder;
  const auto ids_for = [&](const std::string& annotations) {
    std::ofstream(folder / "ingot-v.json")
        << R"({"kind": "v.com/gpu", "devices": [{"name": "0", "annotations": )" << annotations << "}]}";
    return agent::read_node_cdi(folder.path().string()).at("v.com/gpu").size();
  };
  CHECK(ids_for(R"({"dev.ingot/replicas": "2"})") == 2);
  for (const std::string text :
       {"3", "[]", "{}", R"({"dev.ingot/replicas": 3})", R"({"dev.ingot/replicas": "-4"})"}) {
    CHECK(ids_for(text) == 1);
  }
  CHECK(ids_for(R"({"dev.ingot/replicas": "999999999"})") == 100);
}
