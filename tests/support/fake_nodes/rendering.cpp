// SPDX-License-Identifier: Apache-2.0
#include "support/fake_nodes/rendering.hpp"

#include "boot/lone_etcd.hpp"

#include <fmt/format.h>

#include <vector>

namespace ingot::testing {

namespace {

constexpr const char* kCni = R"(apiVersion: v1
kind: ServiceAccount
metadata:
  name: kindnet
  namespace: kube-system
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: kindnet
  namespace: kube-system
spec:
  selector:
    matchLabels:
      app: kindnet
  template:
    metadata:
      labels:
        app: kindnet
    spec:
      hostNetwork: true
      containers:
      - name: kindnet-cni
        image: fake/kindnetd:1
        env:
        - name: POD_SUBNET
          value: "{{ .PodSubnet }}"
)";

constexpr const char* kStorage = R"(apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations:
    storageclass.kubernetes.io/is-default-class: "true"
provisioner: rancher.io/local-path
)";

constexpr const char* kCoreDns = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: coredns
  namespace: kube-system
spec:
  replicas: 2
  selector:
    matchLabels:
      k8s-app: kube-dns
  template:
    metadata:
      labels:
        k8s-app: kube-dns
    spec:
      containers:
      - name: coredns
        image: fake/coredns:1
        readinessProbe:
          httpGet:
            path: /ready
            port: 8181
)";

constexpr const char* kKubeProxy = R"(apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: kube-proxy
  namespace: kube-system
spec:
  selector:
    matchLabels:
      k8s-app: kube-proxy
  template:
    metadata:
      labels:
        k8s-app: kube-proxy
    spec:
      hostNetwork: true
      containers:
      - name: kube-proxy
        image: fake/kube-proxy:1
)";

constexpr const char* kServiceAccount = R"(apiVersion: v1
kind: ServiceAccount
metadata:
  name: coredns
  namespace: kube-system
)";

constexpr const char* kKubeadmConfigMap = R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: kubeadm-config
  namespace: kube-system
data:
  ClusterConfiguration: |
    clusterName: ingot-placeholder-cluster
    controlPlaneEndpoint: ingot-placeholder-endpoint:6443
)";

constexpr const char* kClusterInfo = R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: cluster-info
  namespace: kube-public
data:
  kubeconfig: |
    clusters:
    - cluster:
        certificate-authority-data: ZHJ5
        server: https://ingot-placeholder-endpoint:6443
      name: ""
)";

constexpr const char* kProxyConfig = R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-proxy
  namespace: kube-system
data:
  config.conf: "mode: iptables"
  kubeconfig.conf: |
    clusters:
    - cluster:
        server: https://ingot-placeholder-endpoint:6443
      name: default
)";

std::string created(const char* resource, const char* object) {
  return fmt::format(
      "[dryrun] Would perform action CREATE on resource \"{}\" in API group \"core/v1\"\n[dryrun] Attached "
      "object:\n{}",
      resource, object);
}

// Of a component, with more arguments; and with the flags of all components, as nobody looks at those of
// others.
std::string static_pod(const std::string& component, const std::vector<std::string>& arguments = {}) {
  std::string text = fmt::format(
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {0}\n  namespace: kube-system\n  labels:\n"
      "    component: {0}\n    tier: control-plane\nspec:\n  hostNetwork: true\n  containers:\n"
      "  - name: {0}\n    image: fake/{0}:1\n    command:\n    - {0}\n"
      "    - --advertise-address=192.0.2.254\n"
      "    - --service-cluster-ip-range=10.96.0.0/16\n",
      component);
  for (const auto& argument : arguments) {
    text += fmt::format("    - {}\n", argument);
  }
  return text;
}

// As kubeadm makes it of its configuration.
std::string etcd_pod(const std::string& config) {
  std::vector<std::string> arguments = {
      "--initial-cluster=ingot-placeholder-control-plane=https://192.0.2.254:2380",
      "--name=ingot-placeholder-control-plane"};
  for (const auto& [name, value] : boot::lone_etcd_flags()) {
    if (config.find(name) != std::string::npos) {
      arguments.push_back(fmt::format("--{}={}", name, value));
    }
  }
  return static_pod("etcd", arguments);
}

}  // namespace

std::map<std::string, std::string> node_image_files(const std::string& version) {
  return {
      {"/kind/version", version + "\n"},
      {"/kind/manifests/default-cni.yaml",
       std::string("# would you kindly template this file, and would you kindly patch this file\n") + kCni},
      {"/kind/manifests/default-storage.yaml", kStorage},
      {"/etc/containerd/config.toml", "version = 3\n[debug]\n  level = 'info'\n"},
      {"/etc/hostname", "node\n"}};
}

std::map<std::string, std::string> dry_run_files(const std::string& version, const std::string& config) {
  std::map<std::string, std::string> files;
  const std::string out = "/ingot/out/";
  files[out + "dry/etcd.yaml"] = etcd_pod(config);
  for (const char* component : {"kube-apiserver", "kube-controller-manager", "kube-scheduler"}) {
    files[out + "dry/" + component + ".yaml"] = static_pod(component);
  }
  files[out + "dry/config.yaml"] = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";
  files[out + "dry/kubeadm-flags.env"] =
      "KUBELET_KUBEADM_ARGS=\"--node-ip=192.0.2.254 --node-labels=ingot.placeholder/labels=\"\n";
  files[out + "printed"] = "[init] Using Kubernetes version: " + version + "\n" +
                           created("configmaps", kKubeadmConfigMap) + created("configmaps", kClusterInfo) +
                           created("configmaps", kProxyConfig) + created("serviceaccounts", kServiceAccount) +
                           created("deployments", kCoreDns) + created("daemonsets", kKubeProxy) +
                           "[addons] Applied essential addon: kube-proxy\n";
  for (const auto& [path, content] : node_image_files(version)) {
    if (path.starts_with("/kind/")) {
      files[out + path.substr(path.rfind('/') + 1)] = content;
    }
  }
  return files;
}

}  // namespace ingot::testing
