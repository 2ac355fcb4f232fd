// SPDX-License-Identifier: Apache-2.0
// What the kernel of this machine can do for nodes, from its own files; nothing is loaded or changed. It says
// nothing of an engine elsewhere.
#pragma once

#include <string>

namespace ingot::node {

// Where those files are; tests point elsewhere.
struct KernelFiles {
  std::string proc = "/proc";
  std::string modules = "/lib/modules";
};

// "6.1.0-18-amd64"; empty where it cannot be read.
[[nodiscard]] std::string kernel_release(const KernelFiles& files = {});

// Whether IPVS, which kube-proxy's mode of that name needs, is in the kernel or can be loaded.
[[nodiscard]] bool kernel_has_ipvs(const KernelFiles& files = {});

// Whether interfaces may have IPv6 addresses at all: kernels can be built, and started, without.
[[nodiscard]] bool kernel_has_ipv6(const KernelFiles& files = {});

// Whether kube-proxy's mode nftables works with this release: Linux 5.13 and newer (kubernetes:
// pkg/proxy/nftables). True for a release that cannot be understood.
[[nodiscard]] bool has_nftables_for_services(const std::string& release);

}  // namespace ingot::node
