// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "base/error.hpp"
#include "config/reader.hpp"
#include "config/validate.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace ingot::config {
namespace {

constexpr std::string_view kApiVersion = "kind.x-k8s.io/v1alpha4";
constexpr std::string_view kKind = "Cluster";

void read_patches(Reader& reader, const yaml::Node& node, const std::string& path,
                  std::vector<Json6902Patch>& out) {
  reader.sequence(node, path, [&](const yaml::Node& item, const std::string& at) {
    auto& patch = out.emplace_back();
    reader.mapping(
        item, at,
        {
            {"group", [&](auto& value, auto& where) { reader.text(value, where, patch.group); }},
            {"version", [&](auto& value, auto& where) { reader.text(value, where, patch.version); }},
            {"kind", [&](auto& value, auto& where) { reader.text(value, where, patch.kind); }},
            {"patch", [&](auto& value, auto& where) { reader.text(value, where, patch.patch); }},
        });
  });
}

void read_mount(Reader& reader, const yaml::Node& node, const std::string& path, Mount& mount) {
  reader.mapping(
      node, path,
      {
          {"hostPath", [&](auto& value, auto& where) { reader.text(value, where, mount.host_path); }},
          {"containerPath",
           [&](auto& value, auto& where) { reader.text(value, where, mount.container_path); }},
          {"readOnly", [&](auto& value, auto& where) { reader.flag(value, where, mount.read_only); }},
          {"selinuxRelabel",
           [&](auto& value, auto& where) { reader.flag(value, where, mount.selinux_relabel); }},
          {"propagation",
           [&](auto& value, auto& where) { reader.choice(value, where, kPropagations, mount.propagation); }},
      });
}

// kind reads the protocol, alone of all its enumerations, in any case.
void read_protocol(Reader& reader, yaml::Node node, const std::string& path, Protocol& protocol) {
  for (char& c : node.text) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  reader.choice(node, path, kProtocols, protocol);
}

void read_port(Reader& reader, const yaml::Node& node, const std::string& path, PortMapping& port) {
  reader.mapping(
      node, path,
      {
          {"containerPort",
           [&](auto& value, auto& where) { reader.whole_number(value, where, port.container_port); }},
          {"hostPort", [&](auto& value, auto& where) { reader.whole_number(value, where, port.host_port); }},
          {"listenAddress",
           [&](auto& value, auto& where) { reader.text(value, where, port.listen_address); }},
          {"protocol", [&](auto& value, auto& where) { read_protocol(reader, value, where, port.protocol); }},
      });
}

void read_node(Reader& reader, const yaml::Node& node, const std::string& path, NodeSpec& out) {
  reader.mapping(
      node, path,
      {
          {"role", [&](auto& value, auto& where) { reader.choice(value, where, kRoles, out.role); }},
          {"image", [&](auto& value, auto& where) { reader.text(value, where, out.image); }},
          {"labels", [&](auto& value, auto& where) { reader.text_map(value, where, out.labels); }},
          {"extraMounts",
           [&](auto& value, auto& where) {
             reader.sequence(value, where, [&](auto& item, auto& at) {
               read_mount(reader, item, at, out.extra_mounts.emplace_back());
             });
           }},
          {"extraPortMappings",
           [&](auto& value, auto& where) {
             reader.sequence(value, where, [&](auto& item, auto& at) {
               read_port(reader, item, at, out.extra_port_mappings.emplace_back());
             });
           }},
          {"kubeadmConfigPatches",
           [&](auto& value, auto& where) { reader.texts(value, where, out.kubeadm_patches); }},
          {"kubeadmConfigPatchesJSON6902",
           [&](auto& value, auto& where) {
             read_patches(reader, value, where, out.kubeadm_json6902_patches);
           }},
      });
}

void read_networking(Reader& reader, const yaml::Node& node, const std::string& path, Networking& out) {
  reader.mapping(
      node, path,
      {
          {"ipFamily",
           [&](auto& value, auto& where) { reader.choice(value, where, kIpFamilies, out.ip_family); }},
          {"apiServerAddress",
           [&](auto& value, auto& where) { reader.text(value, where, out.api_server_address); }},
          {"apiServerPort",
           [&](auto& value, auto& where) { reader.whole_number(value, where, out.api_server_port); }},
          {"podSubnet", [&](auto& value, auto& where) { reader.text(value, where, out.pod_subnet); }},
          {"serviceSubnet", [&](auto& value, auto& where) { reader.text(value, where, out.service_subnet); }},
          {"disableDefaultCNI",
           [&](auto& value, auto& where) { reader.flag(value, where, out.disable_default_cni); }},
          {"kubeProxyMode",
           [&](auto& value, auto& where) {
             reader.choice(value, where, kKubeProxyModes, out.kube_proxy_mode);
           }},
          {"dnsSearch",
           [&](auto& value, auto& where) {
             if (value.kind != yaml::Kind::null) {  // unset, while an empty list says something
               reader.texts(value, where, out.dns_search.emplace());
             }
           }},
      });
}

void read_cluster(Reader& reader, const yaml::Node& root, ClusterSpec& spec) {
  const auto ignore = [](auto&, auto&) {};  // judged before anything else
  reader.mapping(
      root, "",
      {
          {"apiVersion", ignore},
          {"kind", ignore},
          {"name", [&](auto& value, auto& where) { reader.text(value, where, spec.name); }},
          {"nodes",
           [&](auto& value, auto& where) {
             reader.sequence(value, where, [&](auto& item, auto& at) {
               read_node(reader, item, at, spec.nodes.emplace_back());
             });
           }},
          {"networking",
           [&](auto& value, auto& where) { read_networking(reader, value, where, spec.networking); }},
          {"featureGates",
           [&](auto& value, auto& where) {
             reader.free_mapping(value, where, [&](auto& gate, auto& on, auto& at) {
               reader.flag(on, at, spec.feature_gates[gate]);
             });
           }},
          {"runtimeConfig",
           [&](auto& value, auto& where) { reader.text_map(value, where, spec.runtime_config); }},
          {"kubeadmConfigPatches",
           [&](auto& value, auto& where) { reader.texts(value, where, spec.kubeadm_patches); }},
          {"kubeadmConfigPatchesJSON6902",
           [&](auto& value, auto& where) {
             read_patches(reader, value, where, spec.kubeadm_json6902_patches);
           }},
          {"containerdConfigPatches",
           [&](auto& value, auto& where) { reader.texts(value, where, spec.containerd_patches); }},
          {"containerdConfigPatchesJSON6902",
           [&](auto& value, auto& where) { reader.texts(value, where, spec.containerd_json6902_patches); }},
      });
}

// What makes this a file of ours at all: without it, all else that could be said would mislead.
void expect_word(Reader& reader, const yaml::Node& root, std::string_view key, std::string_view wanted) {
  for (const auto& entry : root.entries) {
    if (entry.key.text == key) {
      if (entry.value.kind != yaml::Kind::scalar || entry.value.text != wanted) {
        reader.problem(entry.key.line, std::string(key),
                       fmt::format("unknown value {}; use '{}'", shown(entry.value.text), wanted));
      }
      return;
    }
  }
  reader.problem(root.line, std::string(key), fmt::format("missing; write '{}: {}'", key, wanted));
}

void expect_cluster_file(Reader& reader, const yaml::Node& root) {
  if (root.kind == yaml::Kind::null) {
    return reader.problem(1, "", "there is nothing here; a cluster file starts with 'kind: Cluster'");
  }
  if (root.kind != yaml::Kind::mapping) {
    return reader.problem(root.line, "",
                          "a cluster file holds keys and values, starting with 'kind: Cluster'");
  }
  expect_word(reader, root, "kind", kKind);
  expect_word(reader, root, "apiVersion", kApiVersion);
}

yaml::Node parse(std::string_view text, const std::string& source_name) {
  try {
    return yaml::parse_first(text);
  } catch (const base::Error& error) {
    base::Failure failure = error.failure();
    failure.message = source_name.empty() ? "the cluster description is not YAML that can be read"
                                          : fmt::format("'{}' is not YAML that can be read", source_name);
    throw base::Error(std::move(failure));
  }
}

bool is_within(std::string_view inner, std::string_view outer) {
  return inner.substr(0, outer.size()) == outer && (inner.size() == outer.size() || outer.empty() ||
                                                    inner[outer.size()] == '.' || inner[outer.size()] == '[');
}

// So that one look at the messages is enough: the rules too, but not about what could not be read.
void add_broken_rules(const ClusterSpec& spec, std::vector<Problem>& problems) {
  const auto unreadable = problems;
  ClusterSpec judged = spec;
  apply_defaults(judged);
  auto broken = validate(judged);
  const auto unsupported = unsupported_yet(judged);
  broken.insert(broken.end(), unsupported.begin(), unsupported.end());
  for (Problem& problem : broken) {
    const bool follows = std::any_of(unreadable.begin(), unreadable.end(), [&](const Problem& known) {
      return is_within(problem.path, known.path) || is_within(known.path, problem.path);
    });
    if (!follows) {
      problems.push_back(std::move(problem));
    }
  }
}

}  // namespace

ClusterSpec load_cluster_file(std::string_view text, const std::string& source_name) {
  const yaml::Node root = parse(text, source_name);
  Reader reader;
  expect_cluster_file(reader, root);
  throw_if_any(reader.problems(), source_name);

  ClusterSpec spec;
  spec.source_name = source_name;
  read_cluster(reader, root, spec);
  spec.lines = reader.take_lines();
  if (!reader.problems().empty()) {
    auto problems = reader.problems();
    add_broken_rules(spec, problems);
    throw_if_any(std::move(problems), source_name);
  }
  return spec;
}

}  // namespace ingot::config
