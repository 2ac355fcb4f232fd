// SPDX-License-Identifier: Apache-2.0
#include "docker/container_spec_json.hpp"
#include "docker/container_json.hpp"
#include "docker/json_value.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::docker {

namespace {

using nlohmann::json;

// What is empty is left out, so that the image's or the engine's own setting stands.
template <typename Value>
void add(json& object, const char* key, const Value& value) {
  if (!value.empty()) {
    object[key] = value;
  }
}

void add_flag(json& object, const char* key, bool value) {
  if (value) {
    object[key] = true;
  }
}

std::string port_key(const PortBinding& port) {
  return fmt::format("{}/{}", port.container_port, port.protocol);
}

json to_devices(const std::vector<Device>& devices) {
  json list = json::array();
  for (const Device& device : devices) {
    list.push_back({{"PathOnHost", device.host_path},
                    {"PathInContainer", device.container_path},
                    {"CgroupPermissions", device.permissions}});
  }
  return list;
}

json to_mounts(const std::vector<Mount>& mounts) {
  json list = json::array();
  for (const Mount& mount : mounts) {
    json one = {{"Type", mount.type}, {"Source", mount.source}, {"Target", mount.target}};
    add_flag(one, "ReadOnly", mount.read_only);
    if (!mount.propagation.empty()) {
      one["BindOptions"] = {{"Propagation", mount.propagation}};
    }
    list.push_back(std::move(one));
  }
  return list;
}

json to_ulimits(const std::vector<Ulimit>& ulimits) {
  json list = json::array();
  for (const Ulimit& ulimit : ulimits) {
    list.push_back({{"Name", ulimit.name}, {"Soft", ulimit.soft}, {"Hard", ulimit.hard}});
  }
  return list;
}

void add_limits(json& host, const Limits& limits) {
  if (limits.nano_cpus > 0) {
    host["NanoCpus"] = limits.nano_cpus;
  }
  if (limits.memory_bytes > 0) {
    host["Memory"] = limits.memory_bytes;
    host["MemorySwap"] = limits.memory_bytes;  // without it an engine adds as much swap
  }
  if (limits.pids != 0) {
    host["PidsLimit"] = limits.pids;
  }
}

json to_host_config(const ContainerSpec& spec) {
  json host = json::object();
  add(host, "Binds", spec.binds);
  add(host, "Mounts", to_mounts(spec.mounts));
  add(host, "NetworkMode", spec.network);
  add(host, "SecurityOpt", spec.security_options);
  add(host, "Tmpfs", spec.tmpfs);
  add(host, "PortBindings", to_port_bindings(spec.ports));
  add(host, "Devices", to_devices(spec.devices));
  add(host, "Ulimits", to_ulimits(spec.ulimits));
  add_limits(host, spec.limits);
  add(host, "Sysctls", spec.sysctls);
  add(host, "UsernsMode", spec.userns_mode);
  add(host, "PidMode", spec.pid_mode);
  add(host, "ExtraHosts", spec.extra_hosts);
  add_flag(host, "Privileged", spec.privileged);
  add_flag(host, "AutoRemove", spec.auto_remove);
  if (!spec.restart_policy.empty()) {
    host["RestartPolicy"] = {{"Name", spec.restart_policy}, {"MaximumRetryCount", spec.restart_retries}};
  }
  if (spec.private_cgroup_namespace) {
    host["CgroupnsMode"] = "private";
  }
  if (spec.init) {
    host["Init"] = *spec.init;
  }
  return host;
}

// Keys of an object with empty values: how the API writes a set.
template <typename Names>
json to_set(const Names& names) {
  json set = json::object();
  for (const auto& name : names) {
    set[name] = json::object();
  }
  return set;
}

void add_exposed_ports(json& root, const ContainerSpec& spec) {
  std::vector<std::string> keys;
  for (const PortBinding& port : spec.ports) {
    keys.push_back(port_key(port));
  }
  add(root, "ExposedPorts", to_set(keys));
}

void add_pinned_addresses(json& root, const ContainerSpec& spec) {
  json pinned = json::object();
  add(pinned, "IPv4Address", spec.ipv4_address);
  add(pinned, "IPv6Address", spec.ipv6_address);
  if (!pinned.empty()) {
    root["NetworkingConfig"]["EndpointsConfig"][spec.network]["IPAMConfig"] = pinned;
  }
}

}  // namespace

json to_port_bindings(const std::vector<PortBinding>& ports) {
  json bindings = json::object();
  for (const PortBinding& port : ports) {
    bindings[port_key(port)].push_back(
        {{"HostIp", port.host_address},
         {"HostPort", port.host_port == 0 ? std::string() : std::to_string(port.host_port)}});
  }
  return bindings;
}

std::string to_json(const ContainerSpec& spec) {
  json root = {{"Image", spec.image}};
  add(root, "Hostname", spec.hostname);
  add(root, "Entrypoint", spec.entrypoint);
  add(root, "Cmd", spec.command);
  add(root, "StopSignal", spec.stop_signal);
  add(root, "Env", spec.env);
  add(root, "Labels", spec.labels);
  add_flag(root, "Tty", spec.tty);
  add_flag(root, "NetworkDisabled", spec.network_disabled);
  add(root, "Volumes", to_set(spec.anonymous_volumes));
  add_exposed_ports(root, spec);
  root["HostConfig"] = to_host_config(spec);
  add_pinned_addresses(root, spec);
  return to_request_text(root);
}

std::string to_json(const Limits& limits) {
  json root = json::object();
  add_limits(root, limits);
  return to_request_text(root);
}

}  // namespace ingot::docker
