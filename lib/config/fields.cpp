// SPDX-License-Identifier: Apache-2.0
#include "config/fields.hpp"

namespace ingot::config {
namespace {

constexpr std::int64_t kHighestPort = 65535;

template <typename T>
Items items_of(std::vector<T>& list, void (*describe_one)(FieldVisitor&, T&)) {
  return {.size = [&list] { return list.size(); },
          .add = [&list] { list.emplace_back(); },
          .describe = [&list, describe_one](std::size_t at,
                                            FieldVisitor& visitor) { describe_one(visitor, list[at]); },
          .describe_new =
              [describe_one](FieldVisitor& visitor) {
                T item;
                describe_one(visitor, item);
              }};
}

void describe_patch(FieldVisitor& visitor, Json6902Patch& patch) {
  visitor.text({"group", "API group of the document, such as kubeadm.k8s.io"}, patch.group);
  visitor.text({"version", "version within the group, such as v1beta4; none: any"}, patch.version);
  visitor.text({.name = "kind", .about = "kind of the document", .required = true}, patch.kind);
  visitor.text({"patch", "list of operations as RFC 6902 has them, in YAML or JSON"}, patch.patch);
}

void describe_mount(FieldVisitor& visitor, Mount& mount) {
  visitor.text({"hostPath", "path on the machine; a relative one starts at the working folder"},
               mount.host_path);
  visitor.text({.name = "containerPath",
                .about = "absolute path in the node",
                .required = true,
                .pattern = "^/[^:]+$"},
               mount.container_path);
  visitor.flag({"readOnly", "whether the node may not write there", "false"}, mount.read_only);
  visitor.flag({"selinuxRelabel", "whether SELinux labels are changed so that the node may read", "false"},
               mount.selinux_relabel);
  visitor.choice({"propagation", "which way mounts below this one are seen", "None"}, kPropagations,
                 mount.propagation);
}

void describe_port(FieldVisitor& visitor, PortMapping& port) {
  visitor.number({.name = "containerPort",
                  .about = "port of the node",
                  .required = true,
                  .least = 1,
                  .most = kHighestPort},
                 port.container_port);
  visitor.number(
      {.name = "hostPort",
       .about =
           "port of the machine; 0: a free one, chosen once; -1: one that the engine chooses at each start",
       .default_text = "0",
       .least = -1,
       .most = kHighestPort},
      port.host_port);
  visitor.text({"listenAddress", "address of the machine; none: 0.0.0.0, or :: in an IPv6 cluster"},
               port.listen_address);
  visitor.choice({"protocol", "in upper or lower case", "TCP"}, kProtocols, port.protocol, true);
}

void describe_device(FieldVisitor& visitor, Device& device) {
  visitor.text(
      {.name = "hostPath", .about = "device file of the machine", .required = true, .pattern = "^/[^:]+$"},
      device.host_path);
  visitor.text({.name = "containerPath",
                .about = "where the node sees it; none: the same path",
                .pattern = "^(/[^:]+)?$"},
               device.container_path);
  visitor.text({.name = "permissions",
                .about = "of r (read), w (write), m (make)",
                .default_text = "rwm",
                .pattern = "^[rwm]{0,3}$"},
               device.permissions);
}

void describe_ulimit(FieldVisitor& visitor, Ulimit& ulimit) {
  visitor.text({.name = "name",
                .about = "of setrlimit without RLIMIT_, such as nofile",
                .required = true,
                .pattern = "^[a-z]+$"},
               ulimit.name);
  visitor.number({.name = "soft", .about = "-1: no limit", .required = true, .least = -1}, ulimit.soft);
  visitor.number({.name = "hard", .about = "-1: no limit; none: as soft", .least = -1}, ulimit.hard);
}

void describe_own_fields(FieldVisitor& visitor, NodeSpec& node) {
  visitor.text({.name = "cpu",
                .about = "processors that the node may use, such as 1.5 or 500m",
                .dialect = Dialect::ingot,
                .pattern = "^([0-9]+(\\.[0-9]+)?m?)?$"},
               node.cpu);
  visitor.text({.name = "memory",
                .about = "memory that the node may use, such as 2Gi",
                .dialect = Dialect::ingot,
                .pattern = "^([0-9]+(\\.[0-9]+)?([kMGTPE]|[KMGTPE]i)?)?$"},
               node.memory);
  visitor.number({.name = "pids",
                  .about = "processes and threads that the node may have",
                  .dialect = Dialect::ingot,
                  .least = 1},
                 node.pids);
  visitor.text(
      {.name = "gpus",
       .about = "GPUs of the machine that the node gets: all, how many, or which, such as vendor.com/gpu=0",
       .dialect = Dialect::ingot,
       .pattern = "^(all|[0-9]+|[^,=]+/[^,=]+=[^,=]+(,[^,=]+/[^,=]+=[^,=]+)*)?$"},
      node.gpus);
  visitor.number({.name = "gpuReplicas",
                  .about = "how many pods share each of the node's GPUs; 1 unless given",
                  .dialect = Dialect::ingot,
                  .least = 1,
                  .most = kMostGpuReplicas},
                 node.gpu_replicas);
  visitor.text_map({.name = "env", .about = "environment variables of the node", .dialect = Dialect::ingot},
                   node.env);
  visitor.list({.name = "devices", .about = "devices of the machine in the node", .dialect = Dialect::ingot},
               items_of(node.devices, describe_device));
  visitor.list({.name = "ulimits", .about = "limits of the node's processes", .dialect = Dialect::ingot},
               items_of(node.ulimits, describe_ulimit));
}

void describe_node(FieldVisitor& visitor, NodeSpec& node) {
  visitor.choice({"role", "what the node does", "control-plane"}, kRoles, node.role);
  visitor.text({"image", "node image"}, node.image);
  visitor.text_map({"labels", "labels of the node in Kubernetes"}, node.labels);
  visitor.list({"extraMounts", "files and folders of the machine in the node"},
               items_of(node.extra_mounts, describe_mount));
  visitor.list({"extraPortMappings", "ports of the machine that lead to the node"},
               items_of(node.extra_port_mappings, describe_port));
  visitor.texts({"kubeadmConfigPatches", "merge patches after those of the whole cluster"},
                node.kubeadm_patches);
  visitor.list({"kubeadmConfigPatchesJSON6902", "RFC 6902 patches after those of the whole cluster"},
               items_of(node.kubeadm_json6902_patches, describe_patch));
  describe_own_fields(visitor, node);
}

void describe_networking(FieldVisitor& visitor, Networking& networking) {
  visitor.choice({"ipFamily", "of pods, services and nodes", "ipv4"}, kIpFamilies, networking.ip_family);
  visitor.text({"apiServerAddress", "address of the machine where the API server is published"},
               networking.api_server_address);
  visitor.number({.name = "apiServerPort",
                  .about = "port of the machine where the API server is published; 0 and -1 as for hostPort",
                  .default_text = "0",
                  .least = -1,
                  .most = kHighestPort},
                 networking.api_server_port);
  visitor.text({"podSubnet", "addresses of pods; one block, with dual one or two separated by a comma"},
               networking.pod_subnet);
  visitor.text({"serviceSubnet", "addresses of services, as podSubnet"}, networking.service_subnet);
  visitor.flag({"disableDefaultCNI", "whether the image's network plug-in is left out", "false"},
               networking.disable_default_cni);
  visitor.choice({"kubeProxyMode", "how kube-proxy routes services", "iptables"}, kKubeProxyModes,
                 networking.kube_proxy_mode);
  visitor.optional_texts({"dnsSearch", "search domains of the nodes; none: the machine's; []: no domain"},
                         networking.dns_search);
}

}  // namespace

void describe(FieldVisitor& visitor, ClusterSpec& spec) {
  visitor.text({.name = "name",
                .about = "of the cluster; the command line and the environment win",
                .default_text = "kind",
                .pattern = "^[a-z0-9.-]*$"},
               spec.name);
  visitor.list({"nodes", "the nodes; none: one control plane"}, items_of(spec.nodes, describe_node));
  visitor.text({.name = "ttl",
                .about = "how long the cluster is needed, such as 2h: then delete --expired takes it",
                .dialect = Dialect::ingot,
                .pattern = "^([0-9]+(\\.[0-9]+)?(h|m|s|ms))*$"},
               spec.ttl);
  visitor.group({"networking", "addresses, ports and network components"},
                [&spec](FieldVisitor& inner) { describe_networking(inner, spec.networking); });
  visitor.flag_map({"featureGates", "feature gates of every component of Kubernetes"}, spec.feature_gates);
  visitor.text_map({"runtimeConfig", "--runtime-config of the API server: API versions on and off"},
                   spec.runtime_config);
  visitor.texts({"kubeadmConfigPatches", "merge patches (RFC 7386, YAML) for kubeadm's configuration"},
                spec.kubeadm_patches);
  visitor.list({"kubeadmConfigPatchesJSON6902", "RFC 6902 patches for kubeadm's configuration"},
               items_of(spec.kubeadm_json6902_patches, describe_patch));
  visitor.texts({"containerdConfigPatches", "merge patches (TOML) for containerd's configuration"},
                spec.containerd_patches);
  visitor.texts({"containerdConfigPatchesJSON6902", "RFC 6902 patches (JSON) for containerd's configuration"},
                spec.containerd_json6902_patches);
}

}  // namespace ingot::config
