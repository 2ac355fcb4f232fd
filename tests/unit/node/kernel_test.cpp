// SPDX-License-Identifier: Apache-2.0
#include "node/kernel.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace ingot::node {

namespace {

// A kernel's files, in a folder.
class Kernel {
 public:
  Kernel() { write("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n"); }
  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = dir_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  [[nodiscard]] KernelFiles files() const { return {.proc = dir_ / "proc", .modules = dir_ / "modules"}; }

 private:
  testing::TempDir dir_;
};

}  // namespace

TEST_CASE("IPVS is there when it is loaded, built in or a module of the running kernel", "[node]") {
  const auto [path, text, expected] = GENERATE(table<std::string, std::string, bool>({
      {"proc/net/ip_vs", "", true},
      {"modules/6.1.0-18-amd64/modules.dep",
       "kernel/net/netfilter/ipvs/ip_vs.ko.xz: kernel/lib/libcrc32c.ko\n", true},
      {"modules/6.1.0-18-amd64/modules.builtin", "kernel/net/netfilter/ipvs/ip_vs.ko\n", true},
      {"modules/6.1.0-18-amd64/modules.dep", "kernel/net/netfilter/ipvs/ip_vs_rr.ko: \n", false},
      {"modules/5.10.0-1-amd64/modules.dep", "kernel/net/netfilter/ipvs/ip_vs.ko:\n",
       false},  // of another kernel
      {"proc/net/tcp", "", false},
  }));
  const Kernel kernel;
  kernel.write(path, text);
  CHECK(kernel_has_ipvs(kernel.files()) == expected);
}

TEST_CASE("IPv6 is there unless the kernel has none or it is turned off", "[node]") {
  const Kernel kernel;
  CHECK_FALSE(kernel_has_ipv6(kernel.files()));
  kernel.write("proc/sys/net/ipv6/conf/all/disable_ipv6", "1\n");
  CHECK_FALSE(kernel_has_ipv6(kernel.files()));
  kernel.write("proc/sys/net/ipv6/conf/all/disable_ipv6", "0\n");
  CHECK(kernel_has_ipv6(kernel.files()));
}

TEST_CASE("kube-proxy's nftables needs a kernel of 5.13", "[node]") {
  const auto [release, expected] = GENERATE(table<std::string, bool>({{"5.12.19", false},
                                                                      {"5.13.0-1-amd64", true},
                                                                      {"6.1.0", true},
                                                                      {"4.19", false},
                                                                      {"", true},
                                                                      {"unknown", true}}));
  CHECK(has_nftables_for_services(release) == expected);
}

}  // namespace ingot::node
