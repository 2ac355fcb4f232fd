// SPDX-License-Identifier: Apache-2.0
// Reads how a cluster's nodes are made from the cluster itself: nothing was noted down when it was created,
// and what users changed since shall hold for its new workers, too.
#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/component_health.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "node/limits.hpp"
#include "scale/names.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ingot::scale {

namespace {

using cluster::text_at;
using nlohmann::json;

// The worker with the lowest number that runs, else the control plane.
const node::Node& model_of(const Scaling& scaling, const std::vector<node::Node>& nodes) {
  const node::Node* model = nullptr;
  const auto number = [&](const node::Node& node) {
    return node_number(scaling.cluster, node::kWorkerRole, node.name);
  };
  for (const auto& node : nodes) {
    const bool stays = std::ranges::find(scaling.peers, node.name, &Peer::name) != scaling.peers.end();
    if (stays && node.role == node::kWorkerRole && node.state == "running" &&
        (model == nullptr || number(node) < number(*model))) {
      model = &node;
    }
  }
  return model != nullptr ? *model
                          : *std::ranges::find(nodes, scaling.facts.control_plane, &node::Node::name);
}

// The name by which the container was made, unless it means another image by now.
std::string image_of(node::Host& host, const docker::ContainerInfo& info, const std::stop_token& stop) {
  const auto named = host.engine().inspect_image(info.image, stop);
  return named && named->id == info.image_id ? info.image : info.image_id;
}

// Users may have connected it to more than the one that it was made on.
std::string network_of(const docker::ContainerInfo& info, const std::vector<std::string>& addresses) {
  for (const auto& [name, attachment] : info.networks) {
    if (info.networks.size() == 1 || std::ranges::find(addresses, attachment.ipv4) != addresses.end() ||
        std::ranges::find(addresses, attachment.ipv6) != addresses.end()) {
      return name;
    }
  }
  throw base::Error(base::ErrorCode::untrusted,
                    fmt::format("the network of node '{}' cannot be told", info.name),
                    "on none has it the address by which its cluster knows it");
}

// The host in "https://demo-control-plane:6443".
std::string endpoint_in(const std::string& server) {
  constexpr std::string_view kScheme = "https://";
  const std::string port = fmt::format(":{}", node::kApiPort);
  if (!server.starts_with(kScheme) || !server.ends_with(port)) {
    throw base::Error(base::ErrorCode::unsupported, "the nodes' way to the API cannot be told",
                      fmt::format("admin.conf says '{}'", server));
  }
  return server.substr(kScheme.size(), server.size() - kScheme.size() - port.size());
}

Pattern read_model(Scaling& scaling, const node::Node& model, const std::stop_token& stop) {
  const auto info = scaling.host.inspect(model.id, stop);
  const auto peer = std::ranges::find(scaling.peers, model.name, &Peer::name);
  if (!info || peer == scaling.peers.end()) {
    throw base::Error(base::ErrorCode::not_found, fmt::format("node '{}' is gone", model.name));
  }
  Pattern pattern;
  scaling.facts.families.clear();
  for (const auto& address : peer->addresses) {
    scaling.facts.families.push_back(base::is_ipv6(address));
  }
  pattern.image = image_of(scaling.host, *info, stop);
  pattern.environment = info->env;
  pattern.limits = node::from_docker(info->limits);
  pattern.restart_policy = docker::label_of(model.labels, node::kRestartLabel);
  pattern.network = network_of(*info, peer->addresses);
  pattern.kubelet_config = require_file(scaling, model.id, "/var/lib/kubelet/config.yaml", stop);
  pattern.kubelet_flags = require_file(scaling, model.id, "/var/lib/kubelet/kubeadm-flags.env", stop);
  pattern.instance_config =
      scaling.host.read_file(model.id, "/var/lib/kubelet/instance-config.yaml", stop).value_or("");
  pattern.containerd = scaling.host.engine().get_archive(model.id, "/etc/containerd", stop);
  const auto object = scaling.api->get(node_path(model.name), stop);
  pattern.cri_socket =
      object ? text_at(*object, {"metadata", "annotations", "kubeadm.alpha.kubernetes.io/cri-socket"}) : "";
  return pattern;
}

void refuse_limits(const Request& request, const config::Machine& machine) {
  const auto role = request.control_planes ? config::Role::control_plane : config::Role::worker;
  const auto* which = request.control_planes ? "new control planes" : "new workers";
  base::Failure failure{.code = base::ErrorCode::invalid_input,
                        .message = fmt::format("{} cannot be limited so", which),
                        .problems = config::problems_of(which, role, request.limits, machine)};
  if (!failure.problems.empty()) {
    throw base::Error(std::move(failure));
  }
}

void read_network(Scaling& scaling, const std::stop_token& stop) {
  constexpr std::array<std::string_view, 2> kKnown = {"kindnet", "node-network"};  // as lib/boot knows them
  const json daemons = scaling.api->list("/apis/apps/v1/namespaces/kube-system/daemonsets", stop);
  bool has_proxy = false;
  for (const auto& daemon : daemons.at("items")) {
    const std::string name = text_at(daemon, {"metadata", "name"});
    has_proxy = has_proxy || name == "kube-proxy";
    scaling.facts.cni = std::ranges::find(kKnown, name) == kKnown.end() ? scaling.facts.cni : name;
  }
  if (has_proxy) {
    const auto service = scaling.api->get("/api/v1/namespaces/default/services/kubernetes", stop);
    scaling.facts.service_address = service ? text_at(*service, {"spec", "clusterIP"}) : "";
  }
  scaling.facts.shares_pod_subnet =
      std::ranges::any_of(scaling.peers, [](const Peer& peer) { return !peer.pod_cidrs.empty(); });
}

}  // namespace

std::string require_file(Scaling& scaling, const std::string& id, const std::string& path,
                         const std::stop_token& stop) {
  auto text = scaling.host.read_file(id, path, stop);
  if (!text) {
    throw base::Error(base::ErrorCode::unsupported,
                      fmt::format("cluster '{}' cannot get nodes", scaling.cluster),
                      fmt::format("one of its nodes has no {}", path));
  }
  return *text;
}

void read_pattern(Scaling& scaling, const std::vector<node::Node>& nodes, const std::stop_token& stop) {
  const auto& control_plane = *std::ranges::find(nodes, scaling.facts.control_plane, &node::Node::name);
  const auto engine = scaling.host.info(stop);
  refuse_limits(scaling.request, {.cpus = engine.cpus, .memory_bytes = engine.memory_bytes});
  scaling.engine = node::to_facts(engine);
  scaling.facts.bootstrap = docker::label_of(control_plane.labels, node::kBootstrapLabel);
  const auto admin = require_file(scaling, control_plane.id, "/etc/kubernetes/admin.conf", stop);
  scaling.facts.endpoint = endpoint_in(kubeconfig::extract(admin, "admin.conf").server);
  const auto ca = require_file(scaling, control_plane.id, "/etc/kubernetes/pki/ca.crt", stop);
  const auto key = require_file(scaling, control_plane.id, "/etc/kubernetes/pki/ca.key", stop);
  scaling.facts.authority = pki::Authority::from_pem(ca, key, "the authority of cluster " + scaling.cluster);
  read_network(scaling, stop);
  const auto& model = model_of(scaling, nodes);
  scaling.pattern = read_model(scaling, model, stop);
  if (model.role != node::kWorkerRole) {  // what a control plane needs says nothing of workers
    scaling.pattern.limits = {};
  }
  if (scaling.request.control_planes) {
    scaling.control_plane_pattern = read_model(scaling, control_plane, stop);
    read_control_plane(scaling, stop);
  }
}

}  // namespace ingot::scale
