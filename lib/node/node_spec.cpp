// SPDX-License-Identifier: Apache-2.0
#include "node/node_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace ingot::node {

namespace {

bool has_option(const std::vector<std::string>& options, std::string_view name) {
  return std::ranges::any_of(options, [&](const std::string& option) {
    return option == name || option.starts_with(fmt::format("{},", name));
  });
}

// LUKS, LVM and friends: kubelet looks the backing device up through /dev/mapper.
bool needs_device_mapper(const EngineFacts& facts) {
  const auto is_one_of = [](const std::string& value, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, value) != names.end();
  };
  return !facts.rootless && (is_one_of(facts.storage_driver, {"btrfs", "zfs", "devicemapper"}) ||
                             is_one_of(facts.backing_filesystem, {"btrfs", "zfs", "xfs"}));
}

std::string to_bind(const docker::Mount& mount) {
  std::string bind = fmt::format("{}:{}", mount.source, mount.target);
  std::string separator = ":";
  for (const auto& option : {mount.read_only ? std::string("ro") : std::string(), mount.propagation}) {
    if (!option.empty()) {
      bind += separator + option;
      separator = ",";
    }
  }
  return bind;
}

}  // namespace

std::string new_run_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

EngineFacts to_facts(const docker::EngineInfo& info) {
  return {.kernel_release = info.kernel_version,
          .cgroup_version = info.cgroup_version,
          .storage_driver = info.storage_driver,
          .backing_filesystem = info.backing_filesystem,
          .rootless = has_option(info.security_options, "name=rootless"),
          .user_namespaces = has_option(info.security_options, "name=userns"),
          .gives_gpus = info.default_runtime.starts_with("nvidia")};
}

namespace {

void make_machine(docker::ContainerSpec& spec, const NodeSpec& node) {
  spec.privileged = true;
  spec.security_options = {"seccomp=unconfined", "apparmor=unconfined"};
  spec.tmpfs = {{"/tmp", ""}, {"/run", ""}};
  spec.anonymous_volumes = {"/var"};
  spec.binds = {"/lib/modules:/lib/modules:ro"};
  if (node.role == kControlPlaneRole) {
    spec.env.emplace_back("KUBECONFIG=/etc/kubernetes/admin.conf");
  }
  for (const auto& mount : node.mounts) {
    spec.binds.push_back(to_bind(mount));
  }
  if (node.wait_for_go) {
    spec.entrypoint = {"/bin/sh", "-c",
                       fmt::format("until [ -e {} ]; do sleep 0.02; done; "
                                   "exec /usr/local/bin/entrypoint /sbin/init",
                                   kGoFile)};
    spec.command = {};
  }
}

// An image's own "all" would bring every GPU, by the engine's doing, which nobody can take away again.
void ask_for_no_gpus(docker::ContainerSpec& spec) {
  constexpr std::string_view kVariable = "NVIDIA_VISIBLE_DEVICES=";
  if (std::ranges::none_of(spec.env, [&](const auto& one) { return one.starts_with(kVariable); })) {
    spec.env.push_back(fmt::format("{}void", kVariable));
  }
}

// A load balancer that is ended does not fail, so nothing would bring it back.
std::string restart_policy_of(const NodeSpec& node) {
  const std::string policy = node.restart_policy.empty() ? "on-failure" : node.restart_policy;
  return node.role == kLoadBalancerRole && policy == "on-failure" ? "unless-stopped" : policy;
}

}  // namespace

std::string engine_policy(std::string_view restart_policy) {
  return std::string(restart_policy == "unless-stopped" ? "always" : restart_policy);
}

docker::ContainerSpec to_container_spec(const NodeSpec& node, const EngineFacts& facts) {
  docker::ContainerSpec spec;
  spec.image = node.image;
  spec.hostname = node.name;
  spec.tty = true;
  spec.init = false;
  spec.private_cgroup_namespace = true;
  const auto restart_policy = restart_policy_of(node);
  spec.restart_policy = engine_policy(restart_policy);
  spec.restart_retries = spec.restart_policy == "on-failure" ? 1 : 0;  // others must not have any
  spec.network = node.network;
  spec.ipv4_address = node.address;
  spec.ipv6_address = node.ipv6_address;
  if (node.uses_ipv6) {
    spec.sysctls = {{"net.ipv6.conf.all.disable_ipv6", "0"}, {"net.ipv6.conf.all.forwarding", "1"}};
  }
  spec.env = node.env;
  spec.ports = node.ports;
  spec.devices = node.devices;
  spec.ulimits = node.ulimits;
  spec.limits = node.limits;
  spec.labels = node.labels;
  spec.labels[std::string(kClusterLabel)] = node.cluster;
  spec.labels[std::string(kRoleLabel)] = node.role;
  if (restart_policy != "on-failure") {
    spec.labels[std::string(kRestartLabel)] = restart_policy;
  }
  if (!node.address.empty()) {
    spec.labels[std::string(kAddressLabel)] = node.address;
  }
  if (!node.ipv6_address.empty()) {
    spec.labels[std::string(kIpv6AddressLabel)] = node.ipv6_address;
  }
  if (node.role == kLoadBalancerRole) {
    spec.entrypoint = node.program;
    spec.stop_signal = node.stop_signal;  // a node image's own is for systemd
  } else {
    make_machine(spec, node);
  }
  if (facts.gives_gpus) {
    ask_for_no_gpus(spec);
  }
  if (needs_device_mapper(facts)) {
    spec.binds.emplace_back("/dev/mapper:/dev/mapper");
  }
  if (facts.rootless) {
    spec.devices.push_back({.host_path = "/dev/fuse", .container_path = "/dev/fuse"});
  }
  if (facts.user_namespaces) {
    spec.userns_mode = "host";
  }
  return spec;
}

}  // namespace ingot::node
