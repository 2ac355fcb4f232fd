// SPDX-License-Identifier: Apache-2.0
#include "cdi/registry.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace ingot;
using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

namespace {

struct Folders {
  testing::TempDir home;
  std::string low = home / "low";
  std::string high = home / "high";

  Folders() {
    std::filesystem::create_directories(low);
    std::filesystem::create_directories(high);
  }
  void write(const std::string& path, const std::string& text) const { std::ofstream(path) << text; }
  // Devices that each have a node of their name.
  void describe(const std::string& path, const std::string& kind, const Names& names) const {
    std::string devices;
    for (const auto& name : names) {
      devices += "- {name: " + name + ", containerEdits: {deviceNodes: [{path: /dev/" + path.back() + name +
                 "}]}}\n";
    }
    write(path, "cdiVersion: 0.5.0\nkind: " + kind + "\ndevices:\n" + devices);
  }
  [[nodiscard]] cdi::Registry load() const { return cdi::Registry::load({low, high, home / "nowhere"}); }
};

Names names_of(const cdi::Registry& registry) {
  Names names;
  for (const auto& device : registry.devices()) {
    names.push_back(device.name);
  }
  return names;
}

}  // namespace

TEST_CASE_METHOD(Folders, "a bad file hides no good one", "[cdi]") {
  describe(low + "/good.yaml", "v.com/gpu", {"a", "b"});
  write(low + "/bad.json", "{");
  write(low + "/notes.txt", "no CDI file");
  const auto registry = load();
  CHECK(names_of(registry) == Names{"v.com/gpu=a", "v.com/gpu=b"});
  REQUIRE(registry.faults().size() == 1);
  CHECK_THAT(registry.faults()[0].file, Contains("bad.json"));
}

TEST_CASE_METHOD(Folders, "the more important folder wins, name by name", "[cdi]") {
  describe(low + "/v.yaml", "v.com/gpu", {"a", "b"});
  describe(high + "/v.json", "v.com/gpu", {"a"});
  const auto registry = load();
  CHECK(names_of(registry) == Names{"v.com/gpu=a", "v.com/gpu=b"});
  CHECK(registry.find("v.com/gpu=a")->file == high + "/v.json");
  CHECK(registry.faults().empty());
}

TEST_CASE_METHOD(Folders, "a name twice in one folder is nobody's, and hides that of the lower folder",
                 "[cdi]") {
  describe(low + "/v.yaml", "v.com/gpu", {"a"});
  describe(high + "/1.yaml", "v.com/gpu", {"a", "b"});
  describe(high + "/2.yaml", "v.com/gpu", {"a"});
  const auto registry = load();
  CHECK(names_of(registry) == Names{"v.com/gpu=b"});
  REQUIRE(registry.faults().size() == 1);
  CHECK_THAT(registry.faults()[0].what, Contains("v.com/gpu=a is in") && Contains("1.yaml"));
}

TEST_CASE_METHOD(Folders, "several names of one device are one device", "[cdi]") {
  const std::string edits = "containerEdits: {deviceNodes: [{path: /dev/nvidia0}]}";
  write(low + "/n.yaml", "cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- {name: \"0\", " + edits +
                             "}\n- {name: GPU-1, " + edits + "}\n");
  const auto registry = load();
  CHECK(names_of(registry) == Names{"nvidia.com/gpu=0"});
  REQUIRE(registry.find("nvidia.com/gpu=GPU-1") != nullptr);
  CHECK(registry.find("nvidia.com/gpu=GPU-1")->name == "nvidia.com/gpu=0");
}

TEST_CASE_METHOD(Folders, "a description of our own is only for kinds that have none", "[cdi]") {
  describe(low + "/v.yaml", "v.com/gpu", {"a"});
  auto registry = load();
  const cdi::Edits edits{.env = {"A=B"}};
  registry.add({.version = "0.5.0", .kind = "v.com/gpu", .edits = {}, .devices = {{"z", edits}}});
  registry.add({.version = "0.5.0", .kind = "w.com/gpu", .edits = {}, .devices = {{"0", edits}}});
  CHECK(names_of(registry) == Names{"v.com/gpu=a", "w.com/gpu=0"});
}
