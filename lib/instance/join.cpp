// SPDX-License-Identifier: Apache-2.0
#include "instance/join.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/api_access.hpp"
#include "cluster/membership.hpp"
#include "cluster/status.hpp"
#include "config/cidr.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::instance {

namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* pointer) {
  const auto value = object.value(json::json_pointer(pointer), json());
  return value.is_string() ? value.get<std::string>() : std::string();
}

// Only what is a subnet, or an address: the words go into a script. Empty for everything else.
std::string ipv4_subnet(const std::string& text) {
  const auto subnet = config::parse_cidr(text);
  return subnet && !subnet->network.is_ipv6 ? config::to_text(*subnet) : std::string();
}

std::string ipv4_address(const std::string& text) {
  const auto address = config::parse_ip(text);
  return address && !address->is_ipv6 ? config::to_text(*address) : std::string();
}

// kubeadm's, and ours, is in the configuration that both leave in the cluster.
std::string service_subnet(kube::Client& api, const std::stop_token& stop) {
  const auto ranges = api.get("/apis/networking.k8s.io/v1/servicecidrs/kubernetes", stop);
  return ranges ? ipv4_subnet(text_at(*ranges, "/spec/cidrs/0")) : std::string();
}

// Clusters before 1.33 do not say what their subnet is, only what has an address in it.
std::vector<std::string> service_addresses(kube::Client& api, const std::stop_token& stop) {
  std::vector<std::string> addresses;
  const auto services = api.list("/api/v1/services", stop);
  for (const auto& service : services.value("items", json::array())) {
    if (auto address = ipv4_address(text_at(service, "/spec/clusterIP")); !address.empty()) {
      addresses.push_back(address + "/32");
    }
  }
  return addresses;
}

std::string internal_address(const json& node) {
  for (const auto& address : node.value(json::json_pointer("/status/addresses"), json::array())) {
    if (text_at(address, "/type") == "InternalIP") {
      if (auto found = ipv4_address(text_at(address, "/address")); !found.empty()) {
        return found;
      }
    }
  }
  return {};
}

void add_pod_routes(const json& nodes, std::vector<Route>& routes) {
  for (const auto& node : nodes.value("items", json::array())) {
    const auto via = internal_address(node);
    for (const auto& cidr : node.value(json::json_pointer("/spec/podCIDRs"), json::array())) {
      const auto subnet = cidr.is_string() ? ipv4_subnet(cidr.get<std::string>()) : std::string();
      if (!via.empty() && !subnet.empty()) {
        routes.push_back({subnet, via});
      }
    }
  }
}

}  // namespace

std::string network_of_cluster(node::Host& host, const std::string& cluster, const std::stop_token& stop) {
  const auto nodes = cluster::require_nodes(host, cluster, stop);
  const auto* control_plane = cluster::first_control_plane(nodes);
  const auto info = host.inspect(control_plane != nullptr ? control_plane->id : nodes.front().id, stop);
  return info && !info->networks.empty() ? info->networks.begin()->first : "kind";
}

ClusterAccess access_of(node::Host& host, const std::string& cluster, const std::stop_token& stop) {
  const auto nodes = cluster::require_nodes(host, cluster, stop);
  const auto* control_plane = cluster::first_control_plane(nodes);
  if (control_plane == nullptr || control_plane->state != "running") {
    throw base::Error({.code = base::ErrorCode::cluster_unreachable,
                       .message = fmt::format("no control plane of cluster '{}' runs", cluster),
                       .remedy = "ingot cluster start " + cluster});
  }
  const auto api = cluster::admin_api(host, control_plane->name, cluster::entrance_of(nodes)->name,
                                      control_plane->name, stop);
  ClusterAccess access{.network = network_of_cluster(host, cluster, stop),
                       .kubeconfig = cluster::export_kubeconfig(host, cluster, true, stop)};
  const auto members = api->list("/api/v1/nodes", stop);
  // Every node knows the way to every service.
  const auto items = members.value("items", json::array());
  const auto via = items.empty() ? std::string() : internal_address(items.front());
  if (!via.empty()) {
    const auto subnet = service_subnet(*api, stop);
    for (const auto& one : subnet.empty() ? service_addresses(*api, stop) : std::vector{subnet}) {
      access.routes.push_back({one, via});
    }
  }
  add_pod_routes(members, access.routes);
  if (const auto dns = api->get("/api/v1/namespaces/kube-system/services/kube-dns", stop)) {
    access.dns_address = ipv4_address(text_at(*dns, "/spec/clusterIP"));
  }
  return access;
}

std::string join_script(const ClusterAccess& access) {
  std::string script =
      "# The way to a cluster's pods and services, and its name server before all others.\nset -eu\n";
  for (const auto& [subnet, via] : access.routes) {
    script += fmt::format("ip route replace {} via {}\n", subnet, via);
  }
  if (!access.dns_address.empty()) {
    script += fmt::format(
        "others=$(grep '^nameserver' /etc/resolv.conf | grep -vxF 'nameserver {0}' || true)\n"
        "printf '%s\\n' 'nameserver {0}' \"$others\" "
        "'search default.svc.cluster.local svc.cluster.local cluster.local' 'options ndots:2 timeout:2' "
        ">/etc/resolv.conf\n",
        access.dns_address);
  }
  return script;
}

std::vector<tar::File> join_files(const ClusterAccess& access) {
  return {{.path = kJoinScript, .content = join_script(access)},
          {.path = "/root/.kube/config", .content = access.kubeconfig, .mode = 0600}};
}

}  // namespace ingot::instance
