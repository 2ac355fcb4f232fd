// SPDX-License-Identifier: Apache-2.0
// The steps that every way of creating a cluster begins with: images, network, containers.
#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/creation.hpp"
#include "cluster/inotify_limit.hpp"
#include "cluster/node_environment.hpp"
#include "cluster/ports.hpp"
#include "cluster/preconditions.hpp"
#include "config/limits.hpp"
#include "containerd/config_patch.hpp"
#include "node/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ingot::cluster {

namespace {

std::string step_id(const PlannedNode& node, std::string_view what) {
  return fmt::format("node/{}/{}", node.name, what);
}

std::vector<docker::Mount> to_mounts(const config::NodeSpec& spec) {
  std::vector<docker::Mount> mounts;
  for (const auto& mount : spec.extra_mounts) {
    std::string options;
    if (mount.propagation == config::Propagation::host_to_container) {
      options = "rslave";
    } else if (mount.propagation == config::Propagation::bidirectional) {
      options = "rshared";
    }
    if (mount.selinux_relabel) {
      options = options.empty() ? "Z" : "Z," + options;
    }
    mounts.push_back({.source = mount.host_path,
                      .target = mount.container_path,
                      .read_only = mount.read_only,
                      .propagation = options});
  }
  return mounts;
}

std::vector<docker::Device> to_devices(const config::NodeSpec& spec) {
  std::vector<docker::Device> devices;
  for (const auto& device : spec.devices) {
    devices.push_back(
        {.host_path = device.host_path,
         .container_path = device.container_path.empty() ? device.host_path : device.container_path,
         .permissions = device.permissions.empty() ? "rwm" : device.permissions});
  }
  return devices;
}

std::vector<docker::Ulimit> to_ulimits(const config::NodeSpec& spec) {
  std::vector<docker::Ulimit> ulimits;
  for (const auto& ulimit : spec.ulimits) {
    ulimits.push_back({.name = ulimit.name, .soft = ulimit.soft, .hard = ulimit.hard.value_or(ulimit.soft)});
  }
  return ulimits;
}

docker::Labels labels_of(const Creation& creation) {
  docker::Labels labels = {
      {std::string(node::kVersionLabel), creation.options.tool_version},
      {std::string(node::kRunLabel), creation.run_id},
      {std::string(node::kBootstrapLabel), creation.bootstrap == Bootstrap::native ? "native" : "kubeadm"}};
  if (!creation.expires.empty()) {
    labels[std::string(node::kExpiresLabel)] = creation.expires;
  }
  return labels;
}

node::NodeSpec to_node_spec(const Creation& creation, const PlannedNode& node) {
  return {.cluster = creation.spec.name,
          .name = node.name,
          .role = std::string(node.control_plane ? node::kControlPlaneRole : node::kWorkerRole),
          .image = node.image,
          .network = creation.network,
          .address = node.pinned.ipv4,
          .ipv6_address = node.pinned.ipv6,
          .uses_ipv6 = creation.network_wish().needs_ipv6,
          .mounts = to_mounts(*node.spec),
          .ports = node.ports,
          .devices = to_devices(*node.spec),
          .ulimits = to_ulimits(*node.spec),
          .limits = node::to_docker(config::limits_of(*node.spec)),
          .env = node_environment(creation, node),
          .restart_policy = creation.options.restart_policy,
          .labels = labels_of(creation),
          // Native files need the address; where it cannot be pinned it is known only once the node runs.
          .wait_for_go = creation.bootstrap == Bootstrap::native && !creation.addresses_pinned};
}

// An IPv4 cluster is content with whatever IPv6 address the engine gives.
node::Addresses pinned_of(const Creation& creation, const node::Addresses& addresses) {
  return {.ipv4 = addresses.ipv4,
          .ipv6 = creation.network_wish().needs_ipv6 ? addresses.ipv6 : std::string()};
}

void pin(const Creation& creation, PlannedNode& node, const node::Addresses& addresses) {
  node.pinned = pinned_of(creation, addresses);
  node.addresses = creation.in_order(addresses);
  node.address = node.addresses.front();
}

void warn_of_limits(const Creation& creation, plan::StepContext& context) {
  const auto warning = inotify_warning(inotify_limit(), creation.nodes.size());
  if (creation.engine_is_local && !warning.empty()) {
    context.warn(warning);
  }
}

void pull(Creation& creation, const std::string& image, plan::StepContext& context) {
  creation.host.pull(
      image, [&](std::int64_t current, std::int64_t total) { context.progress("bytes", current, total); },
      context.stop());
}

// Before the node starts, so that its containerd never runs with another configuration.
void patch_containerd(const Creation& creation, const PlannedNode& node, plan::StepContext& context) {
  const containerd::ConfigPatches patches{.merge = creation.spec.containerd_patches,
                                          .json6902 = creation.spec.containerd_json6902_patches};
  if (patches.empty()) {
    return;
  }
  const std::string path = "/etc/containerd/config.toml";
  const auto config = creation.host.read_file(node.id, path, context.stop());
  if (!config) {
    throw base::Error(base::ErrorCode::unsupported,
                      fmt::format("the image '{}' is not a node image", node.image),
                      fmt::format("it has no {}", path));
  }
  const auto patched = containerd::patch_config(*config, patches);
  for (const auto index : patched.left_out) {
    context.mark(
        fmt::format("containerdConfigPatches[{}] is for another version of the format; left out", index));
  }
  creation.host.put_files(node.id, tar::pack({{path, patched.text}}), context.stop());
}

std::vector<std::string> subnets_of(const Creation& creation, const std::stop_token& stop) {
  std::vector<std::string> subnets;
  if (const auto network = creation.host.engine().inspect_network(creation.network, stop)) {
    for (const auto& subnet : network->subnets) {
      subnets.push_back(subnet.subnet);
    }
  }
  return subnets;
}

}  // namespace

void read_addresses(const Creation& creation, PlannedNode& node, const std::stop_token& stop) {
  const auto info = creation.host.inspect(node.id, stop);
  node::Addresses found;
  if (info) {
    if (const auto network = info->networks.find(creation.network); network != info->networks.end()) {
      found = {.ipv4 = network->second.ipv4, .ipv6 = network->second.ipv6};
    }
  }
  node.addresses = creation.in_order(found);
  node.address = node.addresses.front();
  if (std::ranges::find(node.addresses, std::string()) != node.addresses.end()) {
    throw base::Error(base::ErrorCode::engine_refused,
                      fmt::format("node '{}' got no {} address on the network '{}'", node.name,
                                  found.ipv6.empty() && creation.network_wish().needs_ipv6 ? "IPv6" : "IPv4",
                                  creation.network));
  }
}

void add_image_steps(plan::Plan& plan, Creation& creation) {
  for (const auto& image : creation.missing_images) {
    plan.add({.id = "image/" + image,
              .title = "pull " + image,
              .cause = "the engine does not have it",
              .run = [&creation, image](plan::StepContext& context) { pull(creation, image, context); }});
  }
}

void add_network_step(plan::Plan& plan, Creation& creation) {
  plan.add({.id = "network",
            .title = fmt::format("network {}", creation.network),
            .cause = creation.network_exists ? "it exists; addresses are chosen on it" : "it does not exist",
            .run = [&creation](plan::StepContext& context) {
              warn_of_limits(creation, context);
              auto addresses = creation.host.ensure_network(creation.network_wish(), context.stop());
              if (creation.addresses_pinned !=
                  can_pin(creation, addresses)) {  // the plan was made for the other case
                throw base::Error(
                    {.code = base::ErrorCode::already_exists,
                     .message = fmt::format("the network '{}' was made by another program meanwhile",
                                            creation.network),
                     .remedy = "run the same command again"});
              }
              if (!creation.options.proxy_env.empty()) {
                creation.network_subnets = subnets_of(creation, context.stop());
              }
              if (!creation.addresses_pinned) {
                return;
              }
              for (auto& node : creation.nodes) {
                pin(creation, node, addresses.take(node.name));
              }
              if (creation.balancer) {
                creation.balancer->pinned = pinned_of(creation, addresses.take(creation.balancer->name));
              }
            }});
}

std::function<void(const std::stop_token&)> remove_container(Creation& creation, const std::string& name) {
  return [&creation, name](const std::stop_token& stop) {
    const auto found = creation.host.inspect(name, stop);
    if (found && docker::label_of(found->labels, node::kRunLabel) == creation.run_id) {
      creation.host.remove(found->id, stop);
    }
  };
}

void add_node_create_step(plan::Plan& plan, Creation& creation, PlannedNode& node) {
  std::vector<std::string> needs = {"network"};
  // Of two creates of one name the one that makes the first node goes on; the other has made nothing.
  if (&node != &creation.control_plane()) {
    needs.push_back(step_id(creation.control_plane(), "create"));
  }
  if (std::ranges::find(creation.missing_images, node.image) != creation.missing_images.end()) {
    needs.push_back("image/" + node.image);
  }
  plan.add({.id = step_id(node, "create"),
            .title = "create node " + node.name,
            .cause = "the cluster wants it, none exists",
            .needs = needs,
            .run =
                [&creation, &node](plan::StepContext& context) {
                  hold_ports(creation, node);
                  // Not cancelled half-way: the engine would finish it a moment after undo found nothing.
                  node.id = creation.host.create(to_node_spec(creation, node), creation.facts, {});
                  base::check_stop(context.stop());
                  patch_containerd(creation, node, context);
                  if (!config::limits_of(*node.spec).empty()) {
                    creation.host.put_files(node.id, tar::pack(node::limit_files()), context.stop());
                  }
                },
            .undo = remove_container(creation, node.name)});
}

void add_node_start_step(plan::Plan& plan, Creation& creation, PlannedNode& node,
                         std::vector<std::string> needs) {
  plan.add({.id = step_id(node, "start"),
            .title = "start node " + node.name,
            .cause = "it was created for this cluster",
            .needs = std::move(needs),
            .run = [&creation, &node](plan::StepContext& context) {
              node.held_ports.clear();
              creation.host.start(node.id, context.stop());
            }});
}

}  // namespace ingot::cluster
