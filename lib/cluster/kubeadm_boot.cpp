// SPDX-License-Identifier: Apache-2.0
// The kubeadm bootstrap: what kind does, step for step (contract: create/actions), for what the native one
// cannot reproduce. Configuration, init on the first control plane, the image's CNI and storage class, join
// elsewhere.
#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/api_access.hpp"
#include "cluster/creation.hpp"
#include "cluster/kubeadm_config.hpp"
#include "kubeadm/manifest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::cluster {

namespace {

using nlohmann::json;

constexpr std::string_view kConfigPath = "/kind/kubeadm.conf";

std::string require_file(Creation& creation, const PlannedNode& node, const std::string& path,
                         const std::stop_token& stop) {
  auto text = creation.host.read_file(node.id, path, stop);
  if (!text) {
    throw base::Error(base::ErrorCode::unsupported,
                      fmt::format("the image '{}' is not a node image", node.image),
                      fmt::format("it has no {}", path));
  }
  return *text;
}

// Exec is safe only once systemd has moved its processes out of the root control group (kind#2409).
void prepare(Creation& creation, PlannedNode& node, plan::StepContext& context) {
  const auto& stop = context.stop();
  creation.host.wait_for_console(node.id, {"Multi-User System", "detected cgroup v1"}, creation.deadline,
                                 stop);
  if (!creation.addresses_pinned) {
    read_addresses(creation, node, stop);
  }
  const std::string version = require_file(creation, node, "/kind/version", stop);
  if (&node == &creation.control_plane()) {  // others are configured at the same time
    creation.rendering.kubernetes_version = base::trim(version);
  }
  creation.host.put_files(
      node.id, tar::pack({{std::string(kConfigPath), kubeadm_config_for(creation, node, version), 0600}}),
      stop);
}

void run_kubeadm(Creation& creation, const PlannedNode& node, const std::vector<std::string>& command,
                 const std::stop_token& stop) {
  const auto result = creation.host.run(node.id, command, "", stop);
  if (result.exit_code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("{} {} failed on node '{}'", command[0], command[1], node.name),
                       .cause = fmt::format("exit code {}", result.exit_code),
                       .detail = result.output});
  }
}

void apply_all(Creation& creation, const std::vector<std::string>& objects, const std::stop_token& stop) {
  for (const auto& object : objects) {
    creation.api->apply(json::parse(object), stop);
  }
}

// kind leaves its only node open to everything.
void open_single_node(Creation& creation, const std::stop_token& stop) {
  const json patch = {
      {"metadata", {{"labels", {{"node.kubernetes.io/exclude-from-external-load-balancers", nullptr}}}}},
      {"spec", {{"taints", nullptr}}}};
  creation.api->patch("/api/v1/nodes/" + creation.control_plane().name, kube::PatchKind::strategic_merge,
                      patch, stop);
}

void init(Creation& creation, plan::StepContext& context) {
  const auto& stop = context.stop();
  auto& first = creation.control_plane();
  run_kubeadm(creation, first,
              {"kubeadm", "init", "--config=" + std::string(kConfigPath), "--skip-token-print", "--v=6"},
              stop);
  context.mark("kubeadm init is done");
  creation.admin = read_access(creation.host, first.name, creation.entrance(), "admin.conf", stop);
  creation.endpoint = creation.admin.server;
  creation.api = make_api(creation.admin, creation.entrance());
  if (!creation.spec.networking.disable_default_cni) {
    const auto manifest = require_file(creation, first, "/kind/manifests/default-cni.yaml", stop);
    apply_all(creation,
              kubeadm::cni_objects(manifest, {.pod_subnet = creation.spec.networking.pod_subnet,
                                              .control_plane_endpoint = creation.entrance() + ":6443"}),
              stop);
  }
  const auto storage = require_file(creation, first, "/kind/manifests/default-storage.yaml", stop);
  apply_all(creation, kubeadm::split_manifest(storage), stop);
  if (creation.nodes.size() == 1) {
    open_single_node(creation, stop);
  }
}

// What kubeadm calls --upload-certs (kind: pkg/cluster/internal/create/actions/kubeadminit).
void copy_authorities(Creation& creation, const PlannedNode& node, const std::stop_token& stop) {
  std::vector<tar::File> files;
  for (const auto* name :
       {"admin.conf", "pki/ca.crt", "pki/ca.key", "pki/front-proxy-ca.crt", "pki/front-proxy-ca.key",
        "pki/sa.pub", "pki/sa.key", "pki/etcd/ca.crt", "pki/etcd/ca.key"}) {
    const std::string path = fmt::format("/etc/kubernetes/{}", name);
    files.push_back({path, require_file(creation, creation.control_plane(), path, stop), 0600});
  }
  creation.host.put_files(node.id, tar::pack(files), stop);
}

void join(Creation& creation, const PlannedNode& node, const std::stop_token& stop) {
  if (node.control_plane) {
    copy_authorities(creation, node, stop);
  }
  run_kubeadm(creation, node, {"kubeadm", "join", "--config", std::string(kConfigPath), "--v=6"}, stop);
}

// Control planes one after the other, since each adds a member to etcd; then all workers at once.
void add_join_steps(plan::Plan& plan, Creation& creation) {
  std::string before = "api";
  for (auto& node : creation.nodes) {
    if (&node == &creation.control_plane()) {
      continue;
    }
    const auto id = fmt::format("node/{}/join", node.name);
    plan.add(
        {.id = id,
         .title = "kubeadm join on " + node.name,
         .cause = node.control_plane ? "the cluster wants it as a control plane"
                                     : "the cluster wants it as a worker",
         .needs = {before, fmt::format("node/{}/prepare", node.name)},
         .run = [&creation, &node](plan::StepContext& context) { join(creation, node, context.stop()); }});
    before = node.control_plane ? id : before;
  }
}

}  // namespace

void add_kubeadm_steps(plan::Plan& plan, Creation& creation) {
  for (auto& node : creation.nodes) {
    add_node_create_step(plan, creation, node);
    add_node_start_step(plan, creation, node, {fmt::format("node/{}/create", node.name)});
    plan.add({.id = fmt::format("node/{}/prepare", node.name),
              .title = "configure node " + node.name,
              .cause = "kubeadm reads its configuration there",
              .needs = {fmt::format("node/{}/start", node.name)},
              .run = [&creation, &node](plan::StepContext& context) { prepare(creation, node, context); }});
  }
  add_load_balancer_steps(plan, creation);
  std::vector<std::string> before_init = {fmt::format("node/{}/prepare", creation.control_plane().name)};
  if (creation.balancer) {
    before_init.emplace_back("load-balancer/start");
  }
  plan.add({.id = "api",
            .title = "kubeadm init on " + creation.control_plane().name,
            .cause = creation.bootstrap_reason.empty() ? "the kubeadm bootstrap was asked for"
                                                       : creation.bootstrap_reason,
            .needs = std::move(before_init),
            .run = [&creation](plan::StepContext& context) { init(creation, context); }});
  add_join_steps(plan, creation);
}

}  // namespace ingot::cluster
