// SPDX-License-Identifier: Apache-2.0
#include "config/rules.hpp"

#include "base/text.hpp"
#include "config/cidr.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace ingot::config {
namespace {

// Limits of kubeadm (cmd/kubeadm/app/constants): services need at least ten addresses and at most 2^20, and
// the pod subnet is cut into one block for each node, at most 2^16 of them.
constexpr int kFewestServiceBits = 4;
constexpr int kMostServiceBits = 20;
constexpr int kMostNodeBits = 16;

int node_block_length(const Cidr& cidr) {
  return cidr.network.is_ipv6 ? 64 : 24;
}

std::string family_problem(IpFamily family, const std::vector<Cidr>& cidrs) {
  const auto is_ipv6 = [](const Cidr& cidr) { return cidr.network.is_ipv6; };
  const auto six = std::count_if(cidrs.begin(), cidrs.end(), is_ipv6);
  const auto all = static_cast<std::ptrdiff_t>(cidrs.size());
  if (family == IpFamily::dual) {
    return all == 1 || (all == 2 && six == 1) ? "" : "wants one subnet, or one of each family";
  }
  if (all != 1) {
    return fmt::format("wants one subnet with ipFamily '{}'", to_text(family));
  }
  const bool fits = (six == 1) == (family == IpFamily::ipv6);
  return fits ? "" : fmt::format("wants an {} subnet", family == IpFamily::ipv6 ? "IPv6" : "IPv4");
}

// The subnets of a comma-separated list; empty when something was wrong with it.
std::vector<Cidr> check_subnets(IpFamily family, const std::string& path, const std::string& text,
                                Findings& findings) {
  std::vector<Cidr> cidrs;
  for (const auto& part : base::split(text, ',')) {
    const auto cidr = parse_cidr(part);
    if (!cidr) {
      findings.add(path, fmt::format("{} is no subnet; write it as address/length, such as '10.244.0.0/16'",
                                     shown(part)));
      return {};
    }
    cidrs.push_back(*cidr);
  }
  if (auto problem = family_problem(family, cidrs); !problem.empty()) {
    findings.add(path, std::move(problem));
    return {};
  }
  return cidrs;
}

void check_service_sizes(const std::vector<Cidr>& services, Findings& findings) {
  for (const Cidr& service : services) {
    const int width = service.network.is_ipv6 ? 128 : 32;
    if (host_bits(service) < kFewestServiceBits) {
      findings.add("networking.serviceSubnet",
                   fmt::format("{} is too small for services; the smallest is a /{}", to_text(service),
                               width - kFewestServiceBits));
    } else if (host_bits(service) > kMostServiceBits) {
      findings.add("networking.serviceSubnet",
                   fmt::format("{} is too large for services; the largest is a /{}", to_text(service),
                               width - kMostServiceBits));
    }
  }
}

// A patch may change the size of a node's block, so these hold only without one.
void check_pod_sizes(const ClusterSpec& spec, const std::vector<Cidr>& pods, Findings& findings) {
  if (!spec.kubeadm_patches.empty() || !spec.kubeadm_json6902_patches.empty()) {
    return;
  }
  for (const Cidr& pod : pods) {
    const int node_bits = node_block_length(pod) - pod.length;
    if (node_bits > kMostNodeBits) {
      findings.add("networking.podSubnet", fmt::format("{} is too large for pods; the largest is a /{}",
                                                       to_text(pod), node_block_length(pod) - kMostNodeBits));
    } else if (node_bits < 0 || (std::size_t{1} << node_bits) < spec.nodes.size()) {
      findings.add("networking.podSubnet", fmt::format("{} is too small for pods: each node takes a /{}",
                                                       to_text(pod), node_block_length(pod)));
    }
  }
}

void check_apart(const std::vector<Cidr>& pods, const std::vector<Cidr>& services, Findings& findings) {
  for (const Cidr& service : services) {
    for (const Cidr& pod : pods) {
      if (overlap(pod, service)) {
        findings.add("networking.serviceSubnet",
                     fmt::format("{} overlaps with the pod subnet {}", to_text(service), to_text(pod)));
      }
    }
  }
}

}  // namespace

void check_networking(const ClusterSpec& spec, Findings& findings) {
  const Networking& networking = spec.networking;
  if (!parse_ip(networking.api_server_address)) {
    findings.add("networking.apiServerAddress",
                 fmt::format("{} is no IP address", shown(networking.api_server_address)));
  }
  if (networking.api_server_port < -1 || networking.api_server_port > 65535) {
    findings.add("networking.apiServerPort",
                 fmt::format("{} is no port; use -1 to 65535", networking.api_server_port));
  }
  const auto pods =
      check_subnets(networking.ip_family, "networking.podSubnet", networking.pod_subnet, findings);
  const auto services =
      check_subnets(networking.ip_family, "networking.serviceSubnet", networking.service_subnet, findings);
  check_pod_sizes(spec, pods, findings);
  check_service_sizes(services, findings);
  check_apart(pods, services, findings);
  const auto& domains = networking.dns_search.value_or(std::vector<std::string>{});
  for (std::size_t i = 0; i < domains.size(); ++i) {
    // Several in one text are several domains in the node, and none are none.
    const bool is_plain = std::all_of(domains[i].begin(), domains[i].end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
             c == '_' || c == '.' || c == ' ';
    });
    if (!is_plain) {
      findings.add(fmt::format("networking.dnsSearch[{}]", i),
                   fmt::format("{} is no domain", shown(domains[i])));
    }
  }
}

}  // namespace ingot::config
