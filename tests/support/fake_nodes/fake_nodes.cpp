// SPDX-License-Identifier: Apache-2.0
#include "support/fake_nodes/fake_nodes.hpp"

#include "base/text.hpp"
#include "node/node_spec.hpp"
#include "support/fake_nodes/rendering.hpp"
#include "support/fake_nodes/servers.hpp"
#include "support/fake_nodes/snapshots.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::testing {

std::string label_of(const ProcessInfo& info, std::string_view key) {
  const auto found = info.labels.find(std::string(key));
  return found == info.labels.end() ? std::string() : found->second;
}

bool has_word(const ProcessInfo& info, std::string_view part) {
  return std::ranges::any_of(info.argv,
                             [&](const std::string& word) { return word.find(part) != std::string::npos; });
}

namespace {

const std::string kVar = "/var";

// The container runs to render, not to be a node.
bool is_dry_run(const ProcessInfo& info) {
  return has_word(info, "kubeadm init --dry-run");
}

int render(Process& process, const std::string& version) {
  const auto config = process.read_file("/ingot/kubeadm.conf");
  if (!config) {
    process.err("couldn't read /ingot/kubeadm.conf\n");
    return 1;
  }
  for (const auto& [path, content] : dry_run_files(version, *config)) {
    process.write_file(path, content);
  }
  return 0;
}

// As kubelet tells of a static pod.
Json etcd_pod(const std::string& node) {
  return {
      {"apiVersion", "v1"},
      {"kind", "Pod"},
      {"metadata",
       {{"name", "etcd-" + node},
        {"namespace", "kube-system"},
        {"labels", {{"component", "etcd"}, {"tier", "control-plane"}}},
        {"annotations", {{"kubernetes.io/config.hash", "0123"}, {"kubernetes.io/config.mirror", "0123"}}}}},
      {"spec", {{"nodeName", node}}}};
}

}  // namespace

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
        FakeKubernetes::Options{.version = options.version,
                                .prepare = options.prepare,
                                .owner = process.info().container_name,
                                .objects = process.read_file(kVar + kEtcdObjects).value_or("")});
  }
  if (cluster.entrance) {
    cluster.api->serve_also(std::move(cluster.entrance), cluster.identity);
  }
  disk = cluster.api;
  process.write_file(kVar + kEtcdOwner, process.info().container_id);
  announce(cluster, process.info());
  by_node[process.info().container_name] = cluster.api;
  cluster.api->create("/api/v1/namespaces/kube-system/pods", etcd_pod(process.info().container_name));
}

// As API servers tell where they are: in the endpoints of their service.
void FakeNodes::Servers::announce(Cluster& cluster, const ProcessInfo& info) {
  cluster.addresses[info.container_name] = label_of(info, node::kAddressLabel);
  Json addresses = Json::array();
  for (const auto& [name, address] : cluster.addresses) {
    addresses.push_back({{"ip", address}});
  }
  const Json endpoints = {{"apiVersion", "v1"},
                          {"kind", "Endpoints"},
                          {"metadata", {{"name", "kubernetes"}}},
                          {"subsets", Json::array({{{"addresses", addresses}}})}};
  const std::string collection = "/api/v1/namespaces/default/endpoints";
  if (!cluster.api->create(collection, endpoints)) {
    cluster.api->merge(collection + "/kubernetes", endpoints);
  }
}

std::string FakeNodes::Servers::objects_of(const std::string& container) {
  const std::scoped_lock lock(mutex);
  const auto found = on_disk.find(container);
  return found == on_disk.end() || !found->second ? std::string() : found->second->dump();
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

namespace {

// A load balancer's file is moved to its place, and read again (lib/scale/balancer.cpp).
int move_file(Process& process) {
  const auto& words = process.info().argv;  // /bin/sh -c SCRIPT TO FROM
  if (const auto content = process.read_file(words.at(4))) {
    process.write_file(words.at(3), *content);
    process.remove_file(words.at(4));
  }
  return 0;
}

}  // namespace

FakeNodes::FakeNodes(FakeEngine& engine, FakeNodesOptions options) : servers_(std::make_shared<Servers>()) {
  servers_->options = std::move(options);
  const std::string image = servers_->options.image;
  engine.add_image({.reference = image,
                    .labels = {{"dev.ingot.node-image", "1"},
                               {"dev.ingot.load-balancer", "haproxy"},
                               {"org.opencontainers.image.version", servers_->options.version}},
                    .entrypoint = {"/usr/local/bin/entrypoint", "/sbin/init"},
                    .files = node_image_files(servers_->options.version),
                    .layers = {"sha256:" + std::string(64, 'a')}});
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
  engine.add_program(
      [](const ProcessInfo& info) { return info.argv.size() > 5 && info.argv[3] == "ingot-exchange"; },
      [servers = servers_](Process& process) { return servers->exchange_files(process); });
  engine.add_program({"systemctl"}, scripted({}));
  engine.add_program({"rm", "-f"}, [](Process& process) {
    process.remove_file(process.info().argv.at(2));
    return 0;
  });
  engine.add_program(
      [](const ProcessInfo& info) {  // bash -c SCRIPT
        return !info.is_main && info.argv.size() == 3 && has_word(info, "systemctl start kubelet");
      },
      [servers = servers_](Process& process) { return servers->restart_kubelet(process); });
  engine.add_program([](const ProcessInfo& info) { return !info.is_main && info.argv.front() == "/bin/sh"; },
                     scripted({}));
  engine.add_program(
      [](const ProcessInfo& info) {
        return !info.is_main && info.argv.size() == 5 && info.argv.back().ends_with(".ingot-new");
      },
      move_file);
  engine.add_program(
      [](const ProcessInfo& info) { return !info.is_main && has_word(info, "mv /kind/held/"); },
      [servers = servers_](Process& process) { return servers->release_controllers(process); });
  add_snapshot_programs(engine,
                        [servers = servers_](const std::string& id) { return servers->objects_of(id); });
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
