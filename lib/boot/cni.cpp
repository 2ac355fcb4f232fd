// SPDX-License-Identifier: Apache-2.0
#include "boot/cni.hpp"

#include "base/error.hpp"
#include "boot/believe.hpp"
#include "boot/node_files.hpp"
#include "config/cidr.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ingot::boot {

namespace {

using nlohmann::json;

// Daemons that configure the plugins "ptp" and "portmap" in this way: kind's, and our own node image's.
constexpr std::array<std::string_view, 2> kKnownDaemons = {"kindnet", "node-network"};

std::optional<std::string> known_daemon(const Rendering& rendering) {
  std::optional<std::string> daemon;
  believing("the node image's CNI", [&] {
    for (const auto& text : rendering.cni) {
      const auto object = json::parse(text);
      const auto name = object.at("metadata").at("name").get<std::string>();
      if (object.at("kind").get<std::string>() == "DaemonSet" &&
          std::ranges::find(kKnownDaemons, name) != kKnownDaemons.end()) {
        daemon = name;
      }
    }
  });
  return daemon;
}

}  // namespace

std::optional<tar::File> cni_config(const Rendering& rendering, const std::string& pod_cidr, int mtu) {
  const auto daemon = known_daemon(rendering);
  if (!daemon || pod_cidr.empty()) {
    return std::nullopt;
  }
  const json ipam = {{"type", "host-local"},
                     {"dataDir", "/run/cni-ipam-state"},
                     {"routes", json::array({json{{"dst", "0.0.0.0/0"}}})},
                     {"ranges", json::array({json::array({json{{"subnet", pod_cidr}}})})}};
  const json ptp = {{"type", "ptp"}, {"ipMasq", false}, {"mtu", mtu}, {"ipam", ipam}};
  const json portmap = {{"type", "portmap"}, {"capabilities", {{"portMappings", true}}}};
  const json config = {{"cniVersion", "0.3.1"}, {"name", *daemon}, {"plugins", json::array({ptp, portmap})}};
  return tar::File{fmt::format("/etc/cni/net.d/10-{}.conflist", *daemon), config.dump(2)};
}

std::string pod_cidr(const std::string& pod_subnet, std::size_t index) {
  constexpr int kNodeBits = 24;  // the controller manager's --node-cidr-mask-size for IPv4
  const auto subnet = config::parse_cidr(pod_subnet);
  const auto share = subnet ? config::nth_subnet(*subnet, kNodeBits, index) : std::nullopt;
  if (!share) {
    throw base::Error(
        base::ErrorCode::invalid_input,
        fmt::format("the pod subnet '{}' has no /{} for node number {}", pod_subnet, kNodeBits, index + 1));
  }
  return config::to_text(*share);
}

}  // namespace ingot::boot
