// SPDX-License-Identifier: Apache-2.0
#include "instance/container.hpp"

#include "base/text.hpp"
#include "instance/labels.hpp"
#include "node/limits.hpp"

namespace ingot::instance {

namespace {

docker::Labels labels_of(const Spec& spec, const Placement& placement) {
  docker::Labels labels = {{std::string(kInstanceLabel), spec.name},
                           {std::string(node::kRunLabel), placement.run_id},
                           {std::string(kDiskLabel), placement.disk},
                           {std::string(node::kVersionLabel), placement.tool_version},
                           {std::string(node::kRestartLabel), spec.restart_policy}};
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) {
      labels[std::string(name)] = value;
    }
  };
  labels.insert(spec.labels.begin(), spec.labels.end());
  add(kClusterLabel, spec.cluster);
  add(node::kAddressLabel, placement.addresses.ipv4);
  if (!placement.ports.empty()) {
    const auto& ssh = placement.ports.front();
    add(kSshLabel, base::host_and_port(ssh.host_address, ssh.host_port));
  }
  return labels;
}

}  // namespace

docker::ContainerSpec to_container_spec(const Spec& spec, const Placement& placement,
                                        const node::EngineFacts& facts) {
  docker::ContainerSpec container;
  container.image = placement.image;
  container.hostname = spec.name;
  container.tty = true;  // its console
  container.init = false;
  container.privileged = true;
  container.private_cgroup_namespace = true;
  container.security_options = {"seccomp=unconfined", "apparmor=unconfined"};
  container.tmpfs = {{"/tmp", ""}, {"/run", ""}};
  container.network = placement.network;
  container.ipv4_address = placement.addresses.ipv4;
  container.env = placement.proxy_env;
  container.env.insert(container.env.end(), spec.env.begin(), spec.env.end());
  container.labels = labels_of(spec, placement);
  container.restart_policy = node::engine_policy(spec.restart_policy);
  container.ports = placement.ports;
  container.limits = node::to_docker(spec.limits);
  container.binds = {"/lib/modules:/lib/modules:ro"};
  container.mounts = spec.mounts;
  container.mounts.push_back({.type = "volume", .source = placement.disk, .target = "/var"});
  if (facts.user_namespaces) {
    container.userns_mode = "host";
  }
  return container;
}

}  // namespace ingot::instance
