// SPDX-License-Identifier: Apache-2.0
#include "support/fake_nodes/fake_nodes.hpp"

#include "base/text.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "node/node_spec.hpp"
#include "pki/cluster_pki.hpp"
#include "support/fake_nodes/rendering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

namespace ingot::testing {

namespace {

constexpr const char* kPki = "/etc/kubernetes/pki/";

std::string label_of(const ProcessInfo& info, std::string_view key) {
  const auto found = info.labels.find(std::string(key));
  return found == info.labels.end() ? std::string() : found->second;
}

bool has_word(const ProcessInfo& info, std::string_view part) {
  return std::ranges::any_of(info.argv,
                             [&](const std::string& word) { return word.find(part) != std::string::npos; });
}

// The container runs to render, not to be a node.
bool is_dry_run(const ProcessInfo& info) {
  return has_word(info, "kubeadm init --dry-run");
}

int render(Process& process, const std::string& version) {
  if (!process.read_file("/ingot/kubeadm.conf")) {
    process.err("couldn't read /ingot/kubeadm.conf\n");
    return 1;
  }
  for (const auto& [path, content] : dry_run_files(version)) {
    process.write_file(path, content);
  }
  return 0;
}

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

// One API for each cluster, which all its control planes and its load balancer serve.
struct FakeNodes::Servers {
  struct Cluster {
    std::shared_ptr<FakeKubernetes> api;
    TlsIdentity identity;  // of the control plane that was first
    base::Fd entrance;     // of a load balancer that was faster than every control plane
  };
  FakeNodesOptions options;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<FakeKubernetes>> by_node;
  std::map<std::string, Cluster> clusters;
  std::set<std::string> locked;  // nodes
  std::condition_variable unlocked;
  // What etcd keeps on a control plane's disk, by the container's id: a node that is started again has it.
  std::map<std::string, std::shared_ptr<FakeKubernetes>> on_disk;
  std::map<std::string, std::set<std::string>> running;  // nodes by cluster

  void serve(Process& process);
  void report(const ProcessInfo& info);
  void stop(const ProcessInfo& info);
  [[nodiscard]] std::shared_ptr<FakeKubernetes> of_cluster(const ProcessInfo& info);

  int run_node(Process& process);
  int run_balancer(Process& process);
  int kubeadm_init(Process& process);
  int hold_lock(Process& process);
  int kubeadm_join(Process& process);
};

void FakeNodes::Servers::serve(Process& process) {
  const auto certificate = process.read_file(std::string(kPki) + "apiserver.crt");
  const auto key = process.read_file(std::string(kPki) + "apiserver.key");
  const auto ca = process.read_file(std::string(kPki) + "ca.crt");
  if (!certificate || !key || !ca) {
    return;  // a worker, or kubeadm has yet to run
  }
  base::Fd port = process.take_port(node::kApiPort);
  if (!port) {
    return;
  }
  TlsIdentity identity{.certificate = *certificate, .key = *key, .client_ca = *ca};
  const std::scoped_lock lock(mutex);
  auto& cluster = clusters[label_of(process.info(), node::kClusterLabel)];
  auto& disk = on_disk[process.info().container_id];
  if (!cluster.api && disk) {
    cluster.identity = identity;
    cluster.api = disk;
  }
  if (cluster.api) {
    cluster.api->serve_also(std::move(port), std::move(identity), process.info().container_name);
  } else {
    cluster.identity = identity;
    cluster.api = std::make_shared<FakeKubernetes>(
        std::move(port), std::move(identity),
        FakeKubernetes::Options{
            .version = options.version, .prepare = options.prepare, .owner = process.info().container_name});
  }
  if (cluster.entrance) {
    cluster.api->serve_also(std::move(cluster.entrance), cluster.identity);
  }
  disk = cluster.api;
  by_node[process.info().container_name] = cluster.api;
}

namespace {

std::string now_text() {
  return base::to_rfc3339(std::chrono::system_clock::now());
}

// What kubelet tells of the pods that it has started.
void report_pods(FakeKubernetes& api, const std::string& node, const std::string& at) {
  for (const auto& pod : api.list("/api/v1/namespaces/kube-system/pods")) {
    if (pod.value(Json::json_pointer("/spec/nodeName"), "") != node) {
      continue;
    }
    const std::string name = pod.at("metadata").at("name");
    api.merge("/api/v1/namespaces/kube-system/pods/" + name,
              {{"status",
                {{"podIPs", Json::array({{{"ip", "10.244.0.9"}}})},
                 {"containerStatuses",
                  Json::array({{{"ready", true}, {"state", {{"running", {{"startedAt", at}}}}}}})}}}});
  }
}

}  // namespace

// The kubelets of all nodes of the cluster that run, as far as its API runs, too.
void FakeNodes::Servers::report(const ProcessInfo& info) {
  const auto api = of_cluster(info);
  std::set<std::string> nodes;
  {
    const std::scoped_lock lock(mutex);
    nodes = running[label_of(info, node::kClusterLabel)];
  }
  if (api == nullptr) {
    return;
  }
  const std::string at = now_text();
  for (const auto& name : nodes) {
    if (!api->merge(
            "/api/v1/nodes/" + name,
            {{"status",
              {{"conditions",
                Json::array({{{"type", "Ready"}, {"status", "True"}, {"lastHeartbeatTime", at}}})}}}})) {
      continue;  // it has yet to register
    }
    report_pods(*api, name, at);
  }
}

void FakeNodes::Servers::stop(const ProcessInfo& info) {
  std::shared_ptr<FakeKubernetes> server;  // ends its threads outside the lock
  const std::scoped_lock lock(mutex);
  running[label_of(info, node::kClusterLabel)].erase(info.container_name);
  if (const auto found = by_node.find(info.container_name); found != by_node.end()) {
    server = std::move(found->second);
    by_node.erase(found);
    server->hang_up(info.container_name);
    if (std::ranges::none_of(by_node, [&](const auto& other) { return other.second == server; })) {
      server->die();
      clusters.erase(label_of(info, node::kClusterLabel));
    }
  }
}

std::shared_ptr<FakeKubernetes> FakeNodes::Servers::of_cluster(const ProcessInfo& info) {
  const std::scoped_lock lock(mutex);
  const auto found = clusters.find(label_of(info, node::kClusterLabel));
  return found == clusters.end() ? nullptr : found->second.api;
}

int FakeNodes::Servers::run_balancer(Process& process) {
  if (!process.read_file("/etc/haproxy/haproxy.cfg")) {
    process.err("Cannot open configuration file/directory /etc/haproxy/haproxy.cfg\n");
    return 1;
  }
  {
    base::Fd port = process.take_port(node::kApiPort);
    const std::scoped_lock lock(mutex);
    auto& cluster = clusters[label_of(process.info(), node::kClusterLabel)];
    if (cluster.api) {
      cluster.api->serve_also(std::move(port), cluster.identity);
    } else {
      cluster.entrance = std::move(port);
    }
  }
  return 128 + process.wait_for_signal();
}

int FakeNodes::Servers::run_node(Process& process) {
  if (has_word(process.info(), node::kGoFile)) {
    process.wait_for_file(std::string(node::kGoFile));
  }
  process.out("Welcome to fake Linux!\n[  OK  ] Reached target Multi-User System.\n");
  {
    const std::scoped_lock lock(mutex);
    running[label_of(process.info(), node::kClusterLabel)].insert(process.info().container_name);
  }
  serve(process);
  report(process.info());
  return 128 + process.wait_for_signal();
}

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

FakeNodes::FakeNodes(FakeEngine& engine, FakeNodesOptions options) : servers_(std::make_shared<Servers>()) {
  servers_->options = std::move(options);
  const std::string image = servers_->options.image;
  engine.add_image({.reference = image,
                    .labels = {{"dev.ingot.node-image", "1"},
                               {"dev.ingot.load-balancer", "haproxy"},
                               {"org.opencontainers.image.version", servers_->options.version}},
                    .entrypoint = {"/usr/local/bin/entrypoint", "/sbin/init"},
                    .files = node_image_files(servers_->options.version)});
  engine.add_program([image](const ProcessInfo& info) { return info.is_main && info.image == image; },
                     [servers = servers_](Process& process) {
                       // However the node ends, its API server ends with it.
                       const std::shared_ptr<void> end(nullptr,
                                                       [&](void*) { servers->stop(process.info()); });
                       return servers->run_node(process);
                     });
  engine.add_program(
      [image](const ProcessInfo& info) { return info.is_main && info.image == image && is_dry_run(info); },
      [servers = servers_](Process& process) { return render(process, servers->options.version); });
  engine.add_program(
      [image](const ProcessInfo& info) {
        return info.is_main && info.image == image && has_word(info, "haproxy");
      },
      [servers = servers_](Process& process) { return servers->run_balancer(process); });
  // What a stop does in a node before it ends; nothing of ours runs inside of it.
  engine.add_program({"bash", "-c"}, scripted({}));
  engine.add_program({"systemctl"}, scripted({}));
  engine.add_program([](const ProcessInfo& info) { return !info.is_main && info.argv.front() == "/bin/sh"; },
                     scripted({}));
  engine.add_program({"flock"},
                     [servers = servers_](Process& process) { return servers->hold_lock(process); });
  engine.add_program({"kubeadm", "init"},
                     [servers = servers_](Process& process) { return servers->kubeadm_init(process); });
  engine.add_program({"kubeadm", "join"},
                     [servers = servers_](Process& process) { return servers->kubeadm_join(process); });
}

std::shared_ptr<FakeKubernetes> FakeNodes::api(const std::string& node) const {
  const std::scoped_lock lock(servers_->mutex);
  const auto found = servers_->by_node.find(node);
  return found == servers_->by_node.end() ? nullptr : found->second;
}

}  // namespace ingot::testing
