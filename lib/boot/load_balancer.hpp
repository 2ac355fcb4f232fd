// SPDX-License-Identifier: Apache-2.0
// What the container in front of several API servers runs: a TCP proxy on port 6443 that asks each of them
// how it is and lets nobody wait for one that is gone. Two programs can do it: Envoy, which kind uses, where
// its image can be had, and HAProxy, which the node image built here brings along. Their files are in the
// container before it starts, and stay in it when it is started again. Pure functions.
#pragma once

#include "tar/tar.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::boot {

enum class Balancer { envoy, haproxy };

inline constexpr std::string_view kEnvoyImage = "docker.io/envoyproxy/envoy:v1.36.2";  // kind 0.33's
// An image that carries this label has HAProxy.
inline constexpr std::string_view kHaproxyLabel = "dev.ingot.load-balancer=haproxy";

struct ApiServer {
  std::string name;
  std::string host;  // address, or a name that the engine's DNS answers for when addresses are not pinned
};

struct LoadBalancer {
  std::string cluster;
  std::string name;                // of the container
  bool has_ipv6 = false;           // listen for both families
  std::vector<ApiServer> servers;  // at least one; the first one starts first
};

[[nodiscard]] std::vector<tar::File> load_balancer_files(Balancer program, const LoadBalancer& balancer);

// What the container runs.
[[nodiscard]] std::vector<std::string> load_balancer_command(Balancer program);

// The signal on which it ends when its connections have ended.
[[nodiscard]] std::string_view load_balancer_stop_signal(Balancer program);

}  // namespace ingot::boot
