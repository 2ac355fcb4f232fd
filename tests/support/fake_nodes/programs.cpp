// SPDX-License-Identifier: Apache-2.0
// What is run inside of fake nodes that are up: kubeadm, and what ingot itself runs there.
#include "base/text.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "node/node_spec.hpp"
#include "pki/cluster_pki.hpp"
#include "support/fake_nodes/servers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace ingot::testing {

namespace {

Json node_object(const ProcessInfo& info) {
  return {{"apiVersion", "v1"},
          {"kind", "Node"},
          {"metadata",
           {{"name", info.container_name}, {"labels", {{"kubernetes.io/hostname", info.container_name}}}}}};
}

void write_kubelet_files(Process& process) {
  process.write_file("/var/lib/kubelet/config.yaml", "kind: KubeletConfiguration\n");
  process.write_file("/var/lib/kubelet/kubeadm-flags.env",
                     "KUBELET_KUBEADM_ARGS=\"--node-ip=192.0.2.9 --node-labels=\"\n");
}

// What kubeadm's certs and kubeconfig phases leave.
void write_credentials(Process& process) {
  const std::string& name = process.info().container_name;
  const std::string entrance = label_of(process.info(), node::kClusterLabel) + "-external-load-balancer";
  const auto made = pki::make_cluster_pki({.control_planes = {{name, "127.0.0.1"}},
                                           .service_address = "10.96.0.1",
                                           .control_plane_endpoint = entrance,
                                           .api_server_sans = {"localhost", "127.0.0.1"}});
  for (const auto& [path, pem] : made.nodes.at(name).files) {
    process.write_file("/etc/kubernetes/" + path, pem);
  }
  const auto admin = kubeconfig::make_kubeconfig({.cluster = "kubernetes", .user = "kubernetes-admin"},
                                                 {.server = fmt::format("https://{}:6443", name),
                                                  .ca = made.authorities.kubernetes.certificate(),
                                                  .certificate = made.super_admin.certificate,
                                                  .key = made.super_admin.key});
  process.write_file("/etc/kubernetes/admin.conf", admin);
  process.write_file("/etc/kubernetes/super-admin.conf", admin);
}

}  // namespace

int FakeNodes::Servers::kubeadm_init(Process& process) {
  if (!process.read_file("/kind/kubeadm.conf")) {
    process.err("couldn't read /kind/kubeadm.conf\n");
    return 1;
  }
  write_credentials(process);
  write_kubelet_files(process);
  serve(process);
  const auto server = of_cluster(process.info());
  if (server == nullptr) {
    process.err("the API server did not come up\n");
    return 1;
  }
  server->create("/api/v1/nodes", node_object(process.info()));
  server->create("/apis/apps/v1/namespaces/kube-system/deployments",
                 {{"apiVersion", "apps/v1"},
                  {"kind", "Deployment"},
                  {"metadata", {{"name", "coredns"}, {"namespace", "kube-system"}}},
                  {"spec", {{"replicas", 2}}}});
  process.out("Your Kubernetes control-plane has initialized successfully!\n");
  return 0;
}

int FakeNodes::Servers::kubeadm_join(Process& process) {
  const auto server = of_cluster(process.info());
  if (label_of(process.info(), node::kRoleLabel) == node::kControlPlaneRole &&
      !process.read_file(std::string(kPki) + "etcd/ca.key")) {
    process.err("couldn't load the etcd authority's key\n");
    return 1;
  }
  if (!process.read_file("/kind/kubeadm.conf") || server == nullptr) {
    process.err("couldn't validate the identity of the API Server\n");
    return 1;
  }
  write_kubelet_files(process);
  server->create("/api/v1/nodes", node_object(process.info()));
  process.out("This node has joined the cluster.\n");
  return 0;
}

// The controllers of a copied cluster (lib/snapshot/copy_steps.cpp): name servers that have gone come again.
int FakeNodes::Servers::release_controllers(Process& process) {
  const auto api = of_cluster(process.info());
  const std::string pods = "/api/v1/namespaces/kube-system/pods";
  const auto is_dns = [](const Json& pod) {
    return pod.value(Json::json_pointer("/metadata/labels/k8s-app"), "") == "kube-dns";
  };
  if (api && std::ranges::none_of(api->list(pods), is_dns)) {
    api->create(pods, {{"apiVersion", "v1"},
                       {"kind", "Pod"},
                       {"metadata", {{"generateName", "coredns-"}, {"labels", {{"k8s-app", "kube-dns"}}}}},
                       {"spec", {{"nodeName", process.info().container_name}}}});
  }
  return 0;
}

// One at a time in each node, until its input ends.
int FakeNodes::Servers::hold_lock(Process& process) {
  const std::string node = process.info().container_name;
  {
    std::unique_lock lock(mutex);
    unlocked.wait(lock, [&] { return locked.insert(node).second; });
  }
  const std::shared_ptr<void> end(nullptr, [&](void*) {
    const std::scoped_lock lock(mutex);
    locked.erase(node);
    unlocked.notify_all();
  });
  process.out("locked\n");
  while (!process.input().empty()) {
  }
  return 0;
}

// Tells when, and lets the new kubelet tell what the node may use (lib/lifecycle/kubelet_limits.cpp).
int FakeNodes::Servers::restart_kubelet(Process& process) {
  const auto& info = process.info();
  process.out(fmt::format("{}\n", std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
  if (const auto api = of_cluster(info)) {
    const auto cpus = info.nano_cpus == 0 ? kMachineCpus : (info.nano_cpus + 999'999'999) / 1'000'000'000;
    const auto bytes = info.memory_bytes == 0 ? kMachineMemory : info.memory_bytes;
    api->merge(
        "/api/v1/nodes/" + info.container_name,
        {{"status",
          {{"capacity", {{"cpu", std::to_string(cpus)}, {"memory", fmt::format("{}Ki", bytes / 1024)}}}}}});
  }
  report(info);
  return 0;
}

// A load balancer that comes later leads to an API server that shows what is in the files now.
void FakeNodes::Servers::show_new_certificate(Process& process) {
  const auto certificate = process.read_file(std::string(kPki) + "apiserver.crt");
  const auto key = process.read_file(std::string(kPki) + "apiserver.key");
  const std::scoped_lock lock(mutex);
  const auto found = clusters.find(label_of(process.info(), node::kClusterLabel));
  if (certificate && key && found != clusters.end()) {
    found->second.identity.certificate = *certificate;
    found->second.identity.key = *key;
  }
}

// What node::exchange() does to files; of those who would read them anew only the API server does.
int FakeNodes::Servers::exchange_files(Process& process) {
  const auto& words = process.info().argv;  // bash -c SCRIPT NAME MARKER SUFFIX ...
  const auto& marker = words.at(4);
  for (const auto& path : base::split(process.read_file(marker).value_or(""), '\n')) {
    const auto name = path.rfind('/') + 1;
    const auto staged = path.substr(0, name) + "." + path.substr(name) + words.at(5);
    if (const auto content = process.read_file(staged)) {
      process.write_file(path, *content);
      process.remove_file(staged);
    }
  }
  process.remove_file(marker);
  show_new_certificate(process);
  process.out(fmt::format("{}\n", std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
  report(process.info());
  return 0;
}

}  // namespace ingot::testing
