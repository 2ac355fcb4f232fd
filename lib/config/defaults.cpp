// SPDX-License-Identifier: Apache-2.0
#include "config/validate.hpp"

#include <filesystem>
#include <utility>

namespace ingot::config {
namespace {

void set_if_empty(std::string& field, const std::string& value) {
  if (field.empty()) {
    field = value;
  }
}

std::string for_family(IpFamily family, const std::string& ipv4, const std::string& ipv6) {
  switch (family) {
    case IpFamily::ipv4:
      return ipv4;
    case IpFamily::ipv6:
      return ipv6;
    case IpFamily::dual:
      return ipv4 + "," + ipv6;
  }
  return ipv4;
}

void complete(Networking& networking) {
  const auto family = networking.ip_family;
  set_if_empty(networking.api_server_address, family == IpFamily::ipv6 ? "::1" : "127.0.0.1");
  set_if_empty(networking.pod_subnet, for_family(family, "10.244.0.0/16", "fd00:10:244::/56"));
  set_if_empty(networking.service_subnet, for_family(family, "10.96.0.0/16", "fd00:10:96::/112"));
}

std::string absolute(const std::string& path, const std::string& working_dir) {
  const std::filesystem::path given(path);
  if (working_dir.empty() || given.is_absolute()) {
    return path;
  }
  // As Go's filepath.Abs: no path at all is the folder itself.
  auto text = (std::filesystem::path(working_dir) / given).lexically_normal().string();
  if (text.size() > 1 && text.back() == '/') {
    text.pop_back();
  }
  return text;
}

}  // namespace

void override_name(ClusterSpec& spec, std::string name) {
  spec.name = std::move(name);
  spec.lines.erase("name");
}

void override_image(ClusterSpec& spec, const std::string& image) {
  if (spec.nodes.empty()) {
    spec.nodes.emplace_back();
  }
  for (NodeSpec& node : spec.nodes) {
    node.image = image;
  }
}

void apply_defaults(ClusterSpec& spec, const Defaults& defaults) {
  set_if_empty(spec.name, defaults.name);
  complete(spec.networking);
  if (spec.nodes.empty()) {
    spec.nodes.emplace_back();
  }
  const auto* any_address = spec.networking.ip_family == IpFamily::ipv6 ? "::" : "0.0.0.0";
  for (NodeSpec& node : spec.nodes) {
    set_if_empty(node.image, defaults.node_image);
    for (PortMapping& port : node.extra_port_mappings) {
      set_if_empty(port.listen_address, any_address);
    }
    for (Mount& mount : node.extra_mounts) {
      mount.host_path = absolute(mount.host_path, defaults.working_dir);
    }
  }
}

}  // namespace ingot::config
