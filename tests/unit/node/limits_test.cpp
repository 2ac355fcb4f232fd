// SPDX-License-Identifier: Apache-2.0
// The script that lays a node's limits over what kubelet reads, run on a folder instead of the root, with
// mounts that copy.
#include "node/limits.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace ingot;

namespace {

class Machine {
 public:
  Machine() {
    write("proc/meminfo",
          "MemTotal:        8000000 kB\nMemFree:         1000 kB\nMemAvailable:    5000000 "
          "kB\nHugePages_Total:       0\n");
    write("sys/devices/system/cpu/online", "0-1,4\n");
    write("bin/mount", "#!/bin/sh\ncp \"$2\" \"$3\"\n");
    write("bin/umount", "#!/bin/sh\n");
    for (const auto* program : {"bin/mount", "bin/umount"}) {
      std::filesystem::permissions(root / program, std::filesystem::perms::owner_all);
    }
    write("script", node::limit_script());
  }
  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  [[nodiscard]] std::string read(const std::string& path) const {
    std::ostringstream text;
    text << std::ifstream(root / path).rdbuf();
    return text.str();
  }
  [[nodiscard]] int run() const {
    const auto at = root.path().string();
    return std::system(("ROOT=" + at + " PATH=" + at + "/bin:$PATH sh " + at + "/script").c_str());
  }
  testing::TempDir root;
};

}  // namespace

TEST_CASE("a limit of memory is what kubelet takes for the machine's, with either version of cgroups",
          "[node]") {
  Machine machine;
  const auto* path = GENERATE("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes");
  machine.write(path, "2147483648\n");
  REQUIRE(machine.run() == 0);
  const auto meminfo = machine.read("proc/meminfo");
  CHECK(meminfo.find("MemTotal:        2097152 kB\n") != std::string::npos);
  CHECK(meminfo.find("MemFree:         1000 kB\n") != std::string::npos);
  CHECK(meminfo.find("MemAvailable:    2097152 kB\n") != std::string::npos);
  CHECK(meminfo.find("HugePages_Total:       0") != std::string::npos);
}

TEST_CASE("where memory has no limit, or more than there is, the machine's is told", "[node]") {
  Machine machine;
  const auto* limit = GENERATE("max", "9223372036854771712", "17179869184");
  machine.write("sys/fs/cgroup/memory.max", std::string(limit) + "\n");
  const auto before = machine.read("proc/meminfo");
  REQUIRE(machine.run() == 0);
  CHECK(machine.read("proc/meminfo") == before);
}

TEST_CASE("as many processors are online as are allowed, and what is less than one is reserved", "[node]") {
  struct Case {
    const char* quota;
    const char* online;
    const char* reserved;
  };
  const auto one =
      GENERATE(Case{"100000", "0\n", ""}, Case{"200000", "0,1\n", ""}, Case{"50000", "0\n", "500m"},
               Case{"125000", "0,1\n", "750m"}, Case{"250000", "0-1,4\n", "500m"},
               Case{"300000", "0-1,4\n", ""}, Case{"900000", "0-1,4\n", ""});
  const bool is_v2 = GENERATE(true, false);
  INFO(one.quota << (is_v2 ? " v2" : " v1"));
  Machine machine;
  if (is_v2) {
    machine.write("sys/fs/cgroup/cpu.max", std::string(one.quota) + " 100000\n");
  } else {
    machine.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", std::string(one.quota) + "\n");
    machine.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  }
  REQUIRE(machine.run() == 0);
  CHECK(machine.read("sys/devices/system/cpu/online") == one.online);
  const auto kubelet = machine.read("run/ingot/kubelet.conf.d/10-limits.conf");
  CHECK((*one.reserved == '\0' ? kubelet.empty()
                               : kubelet.find(std::string("cpu: ") + one.reserved) != std::string::npos));
  CHECK(machine.read("run/ingot/kubelet.env").empty() == kubelet.empty());
}

TEST_CASE("without a limit of processors nothing is said about them", "[node]") {
  Machine machine;
  if (GENERATE(true, false)) {
    machine.write("sys/fs/cgroup/cpu.max", "max 100000\n");
  } else {
    machine.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    machine.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  }
  REQUIRE(machine.run() == 0);
  CHECK(machine.read("sys/devices/system/cpu/online") == "0-1,4\n");
  CHECK(machine.read("run/ingot/kubelet.env").empty());
}

TEST_CASE("limits are said to an engine in its units, and read back", "[node]") {
  const config::Limits limits{.cpu_millis = 1500, .memory_bytes = 1 << 30, .pids = 700};
  CHECK(node::to_docker(limits) ==
        docker::Limits{.nano_cpus = 1'500'000'000, .memory_bytes = 1 << 30, .pids = 700});
  CHECK(node::from_docker(node::to_docker(limits)) == limits);
}
