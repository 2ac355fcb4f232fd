// SPDX-License-Identifier: Apache-2.0
#include "boot/cni.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
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

std::optional<tar::File> cni_config(const Rendering& rendering, const std::vector<std::string>& pod_cidrs,
                                    int mtu) {
  const auto daemon = known_daemon(rendering);
  if (!daemon || pod_cidrs.empty()) {
    return std::nullopt;
  }
  json ranges = json::array();
  json routes = json::array();
  for (const auto& cidr : pod_cidrs) {
    const bool ipv6 = base::is_ipv6(cidr);
    ranges.push_back(json::array({json{{"subnet", cidr}}}));
    routes.push_back(json{{"dst", ipv6 ? "::/0" : "0.0.0.0/0"}});
  }
  const json ipam = {
      {"type", "host-local"}, {"dataDir", "/run/cni-ipam-state"}, {"routes", routes}, {"ranges", ranges}};
  const json ptp = {{"type", "ptp"}, {"ipMasq", false}, {"mtu", mtu}, {"ipam", ipam}};
  const json portmap = {{"type", "portmap"}, {"capabilities", {{"portMappings", true}}}};
  const json config = {{"cniVersion", "0.3.1"}, {"name", *daemon}, {"plugins", json::array({ptp, portmap})}};
  return tar::File{fmt::format("/etc/cni/net.d/10-{}.conflist", *daemon), config.dump(2)};
}

std::vector<std::string> pod_cidrs(const std::string& pod_subnet, std::size_t index) {
  std::vector<std::string> shares;
  for (const auto& text : base::split(pod_subnet, ',')) {
    const auto subnet = config::parse_cidr(text);
    const int length =
        subnet && subnet->network.is_ipv6 ? 64 : 24;  // the controller manager's --node-cidr-mask-size
    const auto share = subnet ? config::nth_subnet(*subnet, length, index) : std::nullopt;
    if (!share) {
      throw base::Error(
          base::ErrorCode::invalid_input,
          fmt::format("the pod subnet '{}' has no /{} for node number {}", text, length, index + 1));
    }
    shares.push_back(config::to_text(*share));
  }
  return shares;
}

std::string address_of_family(const std::vector<std::string>& addresses, bool ipv6) {
  const auto found =
      std::ranges::find_if(addresses, [&](const std::string& text) { return base::is_ipv6(text) == ipv6; });
  return found == addresses.end() ? std::string() : *found;
}

}  // namespace ingot::boot
