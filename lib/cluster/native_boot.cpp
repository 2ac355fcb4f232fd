// SPDX-License-Identifier: Apache-2.0
// The native bootstrap: every file that kubeadm would have made is in a node before it starts, and every
// object that kubeadm would have created is sent to the API server the moment it answers.
#include "base/error.hpp"
#include "base/text.hpp"
#include "boot/objects.hpp"
#include "cluster/api_access.hpp"
#include "cluster/api_bootstrap.hpp"
#include "cluster/creation.hpp"
#include "cluster/kubeadm_config.hpp"
#include "cluster/rendering_cache.hpp"
#include "config/cidr.hpp"
#include "kube/wait.hpp"
#include "kubeadm/version.hpp"

#include <fmt/format.h>

namespace ingot::cluster {

namespace {

std::vector<std::string> kubelet_labels(const config::NodeSpec& spec) {
  std::vector<std::string> labels;
  for (const auto& [key, value] : spec.labels) {
    labels.push_back(fmt::format("{}={}", key, value));
  }
  return labels;
}

boot::NodeBoot to_boot(const Creation& creation, std::size_t index) {
  const auto& node = creation.nodes[index];
  return {.name = node.name,
          .addresses = node.addresses,
          .pod_cidrs = boot::pod_cidrs(creation.spec.networking.pod_subnet, index),
          .labels = kubelet_labels(*node.spec),
          .control_plane = node.control_plane};
}

boot::Names names_of(const Creation& creation) {
  return {.cluster = creation.spec.name,
          .node = creation.nodes.front().name,
          .address = boot::address_of_family(creation.nodes.front().addresses, false),
          .ipv6 = boot::address_of_family(creation.nodes.front().addresses, true),
          .endpoint = creation.entrance(),
          .labels = ""};
}

pki::PkiInput pki_input(const Creation& creation) {
  pki::PkiInput input{.service_address = creation.service_address(),
                      .control_plane_endpoint = creation.entrance(),
                      .api_server_sans = {"localhost", creation.spec.networking.api_server_address}};
  if (const auto version = kubeadm::parse_version(creation.rendering.kubernetes_version)) {
    input.kubernetes_minor = version->minor;
  }
  for (const auto& node : creation.nodes) {
    (node.control_plane ? input.control_planes : input.workers).push_back({node.name, node.address});
  }
  return input;
}

std::vector<boot::NodeBoot> all_nodes(const Creation& creation) {
  std::vector<boot::NodeBoot> nodes;
  for (std::size_t i = 0; i < creation.nodes.size(); ++i) {
    nodes.push_back(to_boot(creation, i));
  }
  return nodes;
}

// Where the user takes care of services, no rule of ours leads to one.
boot::ClusterBoot cluster_boot(const Creation& creation, const PlannedNode& node) {
  const bool has_proxy = creation.spec.networking.kube_proxy_mode != config::KubeProxyMode::none;
  return {.names = names_of(creation),
          .service_address = has_proxy ? creation.service_address() : std::string(),
          .kubeadm_config = kubeadm_config_for(creation, node, creation.rendering.kubernetes_version),
          .nodes = all_nodes(creation)};
}

void upload(Creation& creation, std::size_t index, const std::stop_token& stop) {
  auto& node = creation.nodes[index];
  const auto cluster = cluster_boot(creation, node);
  const auto boot = to_boot(creation, index);
  auto files = node.control_plane
                   ? boot::control_plane_files(cluster, boot, creation.rendering, *creation.pki)
                   : boot::worker_files(cluster, boot, creation.rendering,
                                        creation.pki->authorities.kubernetes.certificate(),
                                        creation.pki->nodes.at(node.name));
  if (!creation.addresses_pinned) {
    files.push_back({std::string(node::kGoFile), ""});  // last: the node waits for it
  }
  creation.host.put_files(node.id, tar::pack(files), stop);
}

// What a control plane was not given before it started.
void upload_controllers(Creation& creation, std::size_t index, const std::stop_token& stop) {
  const auto files =
      boot::controller_files({.names = names_of(creation)}, to_boot(creation, index), creation.rendering);
  creation.host.put_files(creation.nodes[index].id, tar::pack(files), stop);
}

boot::ObjectsInput objects_input(const Creation& creation) {
  return {.names = names_of(creation),
          .ca_certificate = creation.pki->authorities.kubernetes.certificate(),
          .service_address = creation.service_address(),
          .nodes = all_nodes(creation),
          .now = std::chrono::system_clock::now()};
}

// Of one control plane, whether or not there is a load balancer.
std::string own_endpoint(Creation& creation, const PlannedNode& node, const std::stop_token& stop) {
  const auto info = creation.host.inspect(node.id, stop);
  const auto endpoint = info ? published_endpoint(*info) : std::nullopt;
  if (!endpoint) {
    throw base::Error(base::ErrorCode::engine_refused,
                      fmt::format("the API server's port of node '{}' is not published", node.name),
                      info ? info->error : "the container is gone");
  }
  return *endpoint;
}

kubeconfig::Access access_as(const Creation& creation, const pki::IssuedCertificate& identity,
                             const std::string& server) {
  return {server, creation.pki->authorities.kubernetes.certificate(), identity.certificate, identity.key};
}

// Ingot itself acts as the super administrator: the administrators' group has no rights before it is bound.
void connect(Creation& creation, const std::stop_token& stop) {
  const auto first = own_endpoint(creation, creation.control_plane(), stop);
  if (!creation.balancer) {
    creation.endpoint = first;
  }
  creation.admin = access_as(creation, creation.pki->admin, creation.endpoint);
  creation.api = make_api(access_as(creation, creation.pki->super_admin, first), creation.entrance());
}

// The others join when the first one's API holds the cluster: started together, they would only take
// processor time from it, and everything waits for it.
void add_other_control_planes(plan::Plan& plan, Creation& creation) {
  for (std::size_t i = 1; i < creation.nodes.size() && creation.nodes[i].control_plane; ++i) {
    const auto& node = creation.nodes[i];
    plan.add({.id = fmt::format("node/{}/api-server", node.name),
              .title = "start the API server of " + node.name,
              .cause = "the cluster wants it as a control plane",
              .needs = {"api"},
              .run = [&creation, i](plan::StepContext& context) {
                upload_controllers(creation, i, context.stop());
                const auto server = own_endpoint(creation, creation.nodes[i], context.stop());
                const auto api =
                    make_api(access_as(creation, creation.pki->super_admin, server), creation.entrance());
                kube::wait_for_api(*api, creation.deadline, context.stop());
              }});
  }
}

void add_rendering_step(plan::Plan& plan, Creation& creation, const std::vector<std::string>& images) {
  plan.add({.id = "rendering",
            .title = "ask the image's kubeadm",
            .cause = "static pods and add-ons differ between versions",
            .needs = images,
            .run = [&creation](plan::StepContext& context) {
              creation.rendering = rendering_of(creation, context);
              if (creation.spec.networking.disable_default_cni) {
                creation.rendering.cni.clear();
              }
              const auto version = kubeadm::parse_version(creation.rendering.kubernetes_version);
              if (!version || version->minor < 31) {
                throw base::Error(
                    {.code = base::ErrorCode::unsupported,
                     .message = fmt::format("the native bootstrap needs Kubernetes 1.31 or newer, the "
                                            "image has {}",
                                            creation.rendering.kubernetes_version),
                     .remedy = "add --bootstrap kubeadm"});
              }
            }});
}

}  // namespace

void add_native_steps(plan::Plan& plan, Creation& creation) {
  std::vector<std::string> images;
  for (const auto& image : creation.missing_images) {
    images.push_back("image/" + image);
  }
  add_rendering_step(plan, creation, images);
  std::vector<std::string> created;
  std::vector<std::string> started;
  for (auto& node : creation.nodes) {
    add_node_create_step(plan, creation, node);
    created.push_back(fmt::format("node/{}/create", node.name));
    started.push_back(fmt::format("node/{}/start", node.name));
  }
  // Addresses first, then certificates that name them. Without pinned addresses the containers start first
  // and wait; with them the order is the other way round and nothing waits.
  const bool pinned_expected = creation.addresses_pinned;
  std::vector<std::string> before_certificates = {"network", "rendering"};
  if (!pinned_expected) {
    for (auto& node : creation.nodes) {
      add_node_start_step(plan, creation, node, {fmt::format("node/{}/create", node.name)});
    }
    before_certificates.insert(before_certificates.end(), started.begin(), started.end());
  }
  plan.add({.id = "certificates",
            .title = "make keys and certificates",
            .cause = "nodes and components need identities",
            .needs = before_certificates,
            .run = [&creation](plan::StepContext& context) {
              if (!creation.addresses_pinned) {
                for (auto& node : creation.nodes) {  // which run, and wait for their files
                  read_addresses(creation, node, context.stop());
                }
              }
              creation.pki = pki::make_cluster_pki(pki_input(creation));
            }});
  for (std::size_t i = 0; i < creation.nodes.size(); ++i) {
    auto& node = creation.nodes[i];
    plan.add({.id = fmt::format("node/{}/files", node.name),
              .title = "hand node " + node.name + " its files",
              .cause = "it boots into the cluster with them",
              .needs = {"certificates", fmt::format("node/{}/create", node.name)},
              .run = [&creation, i](plan::StepContext& context) { upload(creation, i, context.stop()); }});
    if (pinned_expected) {
      add_node_start_step(plan, creation, node, {fmt::format("node/{}/files", node.name)});
    }
  }
  add_load_balancer_steps(plan, creation);
  std::vector<std::string> ready = {
      fmt::format("node/{}/{}", creation.nodes.front().name, pinned_expected ? "start" : "files")};
  if (creation.balancer) {
    ready.emplace_back("load-balancer/start");
  }
  plan.add({.id = "api-server",
            .title = "start etcd and the API server",
            .cause = "the first control plane has everything it needs",
            .needs = std::move(ready),
            .run = [&creation](plan::StepContext& context) {
              connect(creation, context.stop());
              creation.objects = boot::cluster_objects(creation.rendering, objects_input(creation));
              await_api(creation, context);
            }});
  plan.add(
      {.id = "controllers",
       .title = "start controller manager and scheduler",
       .cause = "the API server they work for answers",
       .needs = {"api-server"},
       .run = [&creation](plan::StepContext& context) { upload_controllers(creation, 0, context.stop()); }});
  plan.add({.id = "api",
            .title = "send everything that kubeadm would create",
            .cause = "the API server takes it",
            .needs = {"api-server"},
            .run = [&creation](plan::StepContext& context) { bootstrap_api(creation, context); }});
  add_other_control_planes(plan, creation);
}

}  // namespace ingot::cluster
