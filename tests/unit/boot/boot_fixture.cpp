// SPDX-License-Identifier: Apache-2.0
#include "unit/boot/boot_fixture.hpp"

#include "support/source_dir.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace ingot::boot::test {

using nlohmann::json;

std::string recorded_dry_run() {
  std::ifstream file(support::source_dir() / "tests/data/kubeadm-dry-run/kubeadm-init-v1.36.3.txt");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::map<std::string, std::string> rendered_files() {
  std::map<std::string, std::string> files = {
      {"out/version", "v1.36.3\n"},
      {"out/printed", recorded_dry_run()},
      {"out/dry/config.yaml", "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"},
      {"out/dry/instance-config.yaml",
       "containerRuntimeEndpoint: \"unix:///run/containerd/containerd.sock\"\n"},
      {"out/dry/kubeadm-flags.env",
       "KUBELET_KUBEADM_ARGS=\"--hostname-override=ingot-placeholder-control-plane --node-ip=192.0.2.254 "
       "--provider-id=kind://docker/ingot-placeholder-cluster/ingot-placeholder-control-plane "
       "--node-labels=ingot.placeholder/labels=\"\n"},
      {"out/default-cni.yaml", daemon_set("kindnet")},
      {"out/default-rbac.yaml",
       R"({"kind":"ClusterRole","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"admin"}})"
       "\n---\n"
       R"({"kind":"Role","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"watcher"}})"
       "\n---\n"},
      {"out/default-storage.yaml",
       "apiVersion: v1\nkind: Namespace\nmetadata: {name: local-path-storage}\n---\n"
       "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: standard}\n"}};
  for (const auto* name : {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}) {
    files[std::string("out/dry/") + name + ".yaml"] =
        std::string("kind: Pod\nmetadata: {name: ") + name +
        "}\nspec: {containers: [{command: [--advertise-client-urls=https://192.0.2.254:2379]}]}\n";
  }
  return files;
}

Rendering rendering() {
  return parse_rendering(rendered_files(), "10.244.0.0/16");
}

std::string daemon_set(const std::string& name) {
  return json{{"apiVersion", "apps/v1"},
              {"kind", "DaemonSet"},
              {"metadata", {{"name", name}, {"namespace", "kube-system"}, {"uid", "ds-uid"}}},
              {"spec",
               {{"selector", {{"matchLabels", {{"app", name}}}}},
                {"template",
                 {{"metadata", {{"labels", {{"app", name}}}}},
                  {"spec",
                   {{"hostNetwork", true},
                    {"tolerations", json::array({{{"operator", "Exists"}}})},
                    {"containers", json::array({{{"name", "cni"}, {"image", "cni:1"}}})}}}}}}}}
      .dump();
}

ObjectsInput input(int workers) {
  ObjectsInput made{.names = {.cluster = "a",
                              .node = "a-control-plane",
                              .address = "172.18.128.2",
                              .ipv6 = "",
                              .endpoint = "a-control-plane",
                              .labels = ""},
                    .ca_certificate = "-----BEGIN CERTIFICATE-----\n",
                    .service_address = "10.96.0.1",
                    .nodes = {{.name = "a-control-plane",
                               .addresses = {"172.18.128.2"},
                               .pod_cidrs = {"10.244.0.0/24"},
                               .labels = {},
                               .control_plane = true}},
                    .now = std::chrono::system_clock::time_point(std::chrono::hours(24) * 365 * 56)};
  for (int i = 1; i <= workers; ++i) {
    made.nodes.push_back({.name = i == 1 ? "a-worker" : "a-worker" + std::to_string(i),
                          .addresses = {"172.18.128." + std::to_string(i + 2)},
                          .pod_cidrs = {"10.244." + std::to_string(i) + ".0/24"},
                          .labels = {}});
  }
  return made;
}

}  // namespace ingot::boot::test
