// SPDX-License-Identifier: Apache-2.0
#include "doctor/facts.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace ingot::doctor {

namespace {

namespace fs = std::filesystem;

// A kernel's files, in a folder.
class Kernel {
 public:
  [[nodiscard]] HostPaths roots() const {
    return {.proc = dir_ / "proc", .sys = dir_ / "sys", .run = dir_ / "run", .modules = dir_ / "modules"};
  }
  void write(const std::string& path, const std::string& text) const {
    const fs::path file = dir_ / path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  [[nodiscard]] std::string folder() const { return dir_.path().string(); }

 private:
  testing::TempDir dir_;
};

}  // namespace

TEST_CASE("the kernel's files are read as they are written", "[doctor]") {
  const Kernel kernel;
  kernel.write("proc/sys/kernel/hostname", "box\n");
  kernel.write("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
  kernel.write("proc/sys/kernel/pid_max", "4194304\n");
  kernel.write("proc/sys/fs/inotify/max_user_instances", "128\n");
  kernel.write("proc/sys/fs/inotify/max_user_watches", "192536\n");
  kernel.write("proc/sys/net/ipv4/ip_forward", "1\n");
  kernel.write("proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
  kernel.write("proc/sys/net/ipv6/conf/all/disable_ipv6", "0\n");
  kernel.write("proc/filesystems", "nodev\tsysfs\nnodev\toverlay\n\text4\n");
  kernel.write("proc/meminfo",
               "MemTotal:       24105000 kB\nMemAvailable:   2048 kB\nSwapTotal:      1024 kB\n");
  kernel.write("proc/self/status", "Name:\tingot\nCapBnd:\t000001fffeffffff\nCapAmb:\t0000000000000000\n");
  kernel.write("sys/fs/cgroup/pids.max", "max\n");
  kernel.write("run/systemd/system/here", "");
  const auto facts = look_at_machine(kernel.roots(), kernel.folder());
  CHECK(facts.host_name == "box");
  CHECK(facts.kernel_release == "6.1.0-18-amd64");
  CHECK(facts.pid_max == 4194304);
  CHECK(facts.inotify_instances == 128);
  CHECK(facts.inotify_watches == 192536);
  CHECK(facts.ip_forward == true);
  CHECK(facts.ipv6 == true);
  CHECK(facts.ipvs == false);
  CHECK(facts.bridge_filter);
  CHECK(facts.overlay_known == true);
  CHECK(facts.memory_available == 2048 * 1024);
  CHECK(facts.swap_total == 1024 * 1024);
  CHECK(facts.capability_bounds == 0x1fffeffffffU);
  CHECK_FALSE(facts.pids_limit);
  CHECK(facts.systemd);
  REQUIRE(facts.engine_disk);
  CHECK(facts.engine_disk->bytes > 0);
}

TEST_CASE("files that are missing or hold nonsense leave their fact out", "[doctor]") {
  const Kernel empty;
  const Kernel nonsense;
  for (const auto* path :
       {"proc/sys/kernel/pid_max", "proc/sys/fs/inotify/max_user_instances", "proc/sys/net/ipv4/ip_forward",
        "proc/meminfo", "proc/self/status", "sys/fs/cgroup/pids.max", "sys/fs/cgroup/memory.max"}) {
    nonsense.write(path,
                   "many 12x\nMemAvailable: x kB\nCapBnd: 12345678901234567890\n99999999999999999999\n");
  }
  for (const Kernel* kernel : {&empty, &nonsense}) {
    const auto facts = look_at_machine(kernel->roots(), "/no/such/folder/of/an/engine");
    CHECK_FALSE(facts.pid_max);
    CHECK_FALSE(facts.inotify_instances);
    CHECK_FALSE(facts.ip_forward);
    CHECK_FALSE(facts.memory_available);
    CHECK_FALSE(facts.capability_bounds);
    CHECK_FALSE(facts.pids_limit);
    CHECK_FALSE(facts.engine_disk);
    CHECK_FALSE(facts.overlay_known);
    CHECK_FALSE(facts.systemd);
  }
}

TEST_CASE("a filesystem whose name only holds the word is not overlay", "[doctor]") {
  const Kernel kernel;
  kernel.write("proc/filesystems", "nodev\tmyoverlay\nnodev\toverlay2\n");
  CHECK(look_at_machine(kernel.roots(), "").overlay_known == false);
}

TEST_CASE("a process limit is found on both versions of cgroups", "[doctor]") {
  const auto* path = GENERATE("sys/fs/cgroup/pids.max", "sys/fs/cgroup/pids/pids.max");
  const Kernel kernel;
  kernel.write(path, "1500\n");
  CHECK(look_at_machine(kernel.roots(), "").pids_limit == 1500);
}

TEST_CASE("a memory limit on this machine's own cgroup counts when less is left of it", "[doctor]") {
  const Kernel kernel;
  kernel.write("proc/meminfo", "MemAvailable:   1000000 kB\n");
  kernel.write("sys/fs/cgroup/memory.max", "500000\n");
  kernel.write("sys/fs/cgroup/memory.current", "200000\n");
  CHECK(look_at_machine(kernel.roots(), "").memory_available == 300000);
  kernel.write("sys/fs/cgroup/memory.max", "max\n");
  CHECK(look_at_machine(kernel.roots(), "").memory_available == 1'024'000'000);
}

TEST_CASE("this machine has all the facts", "[doctor]") {
  const auto facts = look_at_machine({}, "/");
  CHECK_FALSE(facts.kernel_release.empty());
  CHECK(facts.capability_bounds);
  CHECK(facts.pid_max);
  CHECK(facts.memory_available);
  CHECK(facts.engine_disk);
}

TEST_CASE("a program is the first executable file of its name on PATH", "[doctor]") {
  const Kernel kernel;
  const std::string root = kernel.folder();
  kernel.write("a/kubectl", "not executable");
  kernel.write("b/kubectl/folder", "");
  kernel.write("c/kubectl", "#!/bin/sh\n");
  kernel.write("d/kubectl", "#!/bin/sh\n");
  for (const auto* folder : {"/c", "/d"}) {
    fs::permissions(root + folder + "/kubectl", fs::perms::owner_all);
  }
  const std::string all = root + "/none:" + root + "/a:" + root + "/b:" + root + "/c:" + root + "/d";
  CHECK(find_program("kubectl", all) == root + "/c/kubectl");
  CHECK(find_program("kubectl", root + "/a:" + root + "/b").empty());
  CHECK(find_program("kubectl", "").empty());
}

}  // namespace ingot::doctor
