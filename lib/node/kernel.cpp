// SPDX-License-Identifier: Apache-2.0
#include "node/kernel.hpp"

#include "base/text.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace ingot::node {

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

}  // namespace

std::string kernel_release(const KernelFiles& files) {
  return std::string(base::trim(read(files.proc + "/sys/kernel/osrelease")));
}

bool kernel_has_ipvs(const KernelFiles& files) {
  if (exists(files.proc + "/net/ip_vs")) {
    return true;
  }
  const std::string folder = files.modules + "/" + kernel_release(files);
  for (const auto* list : {"/modules.builtin", "/modules.dep"}) {
    if (read(folder + list).find("/ip_vs.ko") != std::string::npos) {
      return true;
    }
  }
  return false;
}

bool kernel_has_ipv6(const KernelFiles& files) {
  const std::string folder = files.proc + "/sys/net/ipv6/conf";
  return exists(folder) && base::trim(read(folder + "/all/disable_ipv6")) != "1";
}

bool has_nftables_for_services(const std::string& release) {
  int major = 0;
  int minor = 0;
  if (std::sscanf(release.c_str(), "%d.%d", &major, &minor) != 2) {  // NOLINT(cert-err34-c): small numbers
    return true;
  }
  return std::pair(major, minor) >= std::pair(5, 13);
}

}  // namespace ingot::node
