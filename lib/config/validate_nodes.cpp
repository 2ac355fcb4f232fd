// SPDX-License-Identifier: Apache-2.0
#include "config/rules.hpp"

#include "config/cidr.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <utility>

namespace ingot::config {
namespace {

void check_labels(const NodeSpec& node, const std::string& path, Findings& findings) {
  for (const auto& [key, value] : node.labels) {
    if (!is_label_key(key)) {
      findings.add(
          child_path(path, key),
          "no label key; use '[domain/]name' of letters, digits, '-', '_' and '.', at most 63 of them");
    }
    if (!is_label_value(value)) {
      findings.add(
          child_path(path, key),
          fmt::format("{} is no label value; use at most 63 letters, digits, '-', '_' and '.', starting "
                      "and ending with a letter or digit",
                      shown(value)));
    }
  }
}

void check_mount(const Mount& mount, const std::string& at, Findings& findings) {
  if (mount.host_path.empty()) {
    findings.add(at + ".hostPath", "missing");
  }
  if (mount.container_path.empty()) {
    findings.add(at + ".containerPath", "missing");
  } else if (mount.container_path.front() != '/' || mount.container_path == "/") {
    findings.add(at + ".containerPath",
                 fmt::format("{} is no place for a mount; use an absolute path other than '/'",
                             shown(mount.container_path)));
  }
  // The engine takes "host:container:options", and reads a colon in a path as the end of it.
  for (const auto& [key, value] :
       {std::pair{".hostPath", &mount.host_path}, std::pair{".containerPath", &mount.container_path}}) {
    if (value->find(':') != std::string::npos) {
      findings.add(at + key, fmt::format("{} holds a ':', which the engine cannot mount", shown(*value)));
    }
  }
}

void check_mounts(const NodeSpec& node, const std::string& path, Findings& findings) {
  std::map<std::string, std::size_t> targets;
  for (std::size_t i = 0; i < node.extra_mounts.size(); ++i) {
    const Mount& mount = node.extra_mounts[i];
    const auto at = fmt::format("{}[{}]", path, i);
    check_mount(mount, at, findings);
    const auto [first, is_new] = targets.emplace(mount.container_path, i);
    if (!is_new && !mount.container_path.empty()) {
      findings.add(at + ".containerPath",
                   fmt::format("{} is taken by {}[{}]", shown(mount.container_path), path, first->second));
    }
  }
}

void check_ports(const NodeSpec& node, const std::string& path, Findings& findings) {
  for (std::size_t i = 0; i < node.extra_port_mappings.size(); ++i) {
    const PortMapping& port = node.extra_port_mappings[i];
    const auto at = fmt::format("{}[{}]", path, i);
    if (port.container_port < 1 || port.container_port > 65535) {
      findings.add(at + ".containerPort",
                   fmt::format("{} is no port of a node; use 1 to 65535", port.container_port));
    }
    if (port.host_port < -1 || port.host_port > 65535) {
      findings.add(at + ".hostPort", fmt::format("{} is no port; use -1 to 65535", port.host_port));
    }
    if (!port.listen_address.empty() && !parse_ip(port.listen_address)) {
      findings.add(at + ".listenAddress", fmt::format("{} is no IP address", shown(port.listen_address)));
    }
  }
}

// "::ffff:1.2.3.4" is 1.2.3.4 to whoever listens.
IpAddress without_mapping(const IpAddress& address) {
  constexpr std::size_t kPrefix = 12;
  const bool is_mapped =
      address.is_ipv6 && address.bytes[10] == 0xff && address.bytes[11] == 0xff &&
      std::all_of(address.bytes.begin(), address.bytes.begin() + 10, [](auto byte) { return byte == 0; });
  if (!is_mapped) {
    return address;
  }
  IpAddress plain;
  std::copy(address.bytes.begin() + kPrefix, address.bytes.end(), plain.bytes.begin());
  return plain;
}

// The host ports that the cluster asks for by number; each can be listened on once for an address.
class Claims {
 public:
  explicit Claims(Findings& findings) : findings_(findings) {}

  void add(const std::string& path, const std::string& address_text, const PortMapping& port) {
    const auto address = parse_ip(address_text.empty() ? "0.0.0.0" : address_text);
    if (port.host_port < 1 || port.host_port > 65535 || !address) {
      return;
    }
    const bool is_any = is_unspecified(*address);
    auto& same_port = claims_[{port.host_port, port.protocol}];
    // The engine listens on "::" for both families, so it counts as 0.0.0.0.
    const IpAddress key = is_any ? IpAddress{} : without_mapping(*address);
    auto taken = is_any ? same_port.begin() : same_port.find(key);
    if (taken == same_port.end()) {
      taken = same_port.find(IpAddress{});
    }
    if (taken != same_port.end()) {
      findings_.add(path, fmt::format("host port {}/{} is taken by {}", port.host_port,
                                      to_text(port.protocol), taken->second));
    }
    same_port.emplace(key, path);
  }

 private:
  Findings& findings_;
  std::map<std::pair<int, Protocol>, std::map<IpAddress, std::string>> claims_;
};

}  // namespace

void check_nodes(const ClusterSpec& spec, Findings& findings) {
  const bool has_control_plane = std::any_of(spec.nodes.begin(), spec.nodes.end(), [](const NodeSpec& node) {
    return node.role == Role::control_plane;
  });
  if (!has_control_plane) {
    findings.add("nodes", "at least one node must have the role 'control-plane'");
  }
  for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
    const auto path = fmt::format("nodes[{}]", i);
    if (spec.nodes[i].image.empty()) {
      findings.add(path + ".image", "missing");
    }
    check_labels(spec.nodes[i], path + ".labels", findings);
    check_mounts(spec.nodes[i], path + ".extraMounts", findings);
    check_ports(spec.nodes[i], path + ".extraPortMappings", findings);
  }
}

void check_host_ports(const ClusterSpec& spec, Findings& findings) {
  Claims claims(findings);
  const Networking& networking = spec.networking;
  claims.add("networking.apiServerPort", networking.api_server_address,
             {.host_port = networking.api_server_port, .protocol = Protocol::tcp});
  for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
    const auto& ports = spec.nodes[i].extra_port_mappings;
    for (std::size_t k = 0; k < ports.size(); ++k) {
      claims.add(fmt::format("nodes[{}].extraPortMappings[{}]", i, k), ports[k].listen_address, ports[k]);
    }
  }
}

}  // namespace ingot::config
