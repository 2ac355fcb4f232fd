// SPDX-License-Identifier: Apache-2.0
#include "pki/cluster_pki.hpp"

#include "pki/inspect.hpp"
#include "read_certificate.hpp"

#include <catch2/catch.hpp>

#include <ctime>
#include <set>

using namespace ingot::pki;
using namespace ingot::pki_test;

namespace {

PkiInput one_node() {
  return {.control_planes = {{"a-control-plane", "172.18.0.2"}},
          .workers = {{"a-worker", "172.18.0.3"}},
          .service_address = "10.96.0.1",
          .control_plane_endpoint = "a-control-plane",
          .api_server_sans = {"localhost", "127.0.0.1", "*.example.com", "not a name"}};
}

const char* kLeafUsage = " | critical Digital Signature, Key Encipherment | ";
const char* kCa =
    " | critical Digital Signature, Key Encipherment, Certificate Sign | - | critical CA:TRUE | ";

std::string server(const std::string& names) {
  return kLeafUsage + std::string("TLS Web Server Authentication | critical CA:FALSE | ") + names;
}
std::string client() {
  return kLeafUsage + std::string("TLS Web Client Authentication | critical CA:FALSE | -");
}
std::string both(const std::string& names) {
  return kLeafUsage + std::string("TLS Web Server Authentication, TLS Web Client Authentication") +
         " | critical CA:FALSE | " + names;
}

}  // namespace

// The expected lines are what kubeadm 1.36.3 made of the same input, printed by the same printer.
TEST_CASE("a control plane's certificates are kubeadm's", "[pki]") {
  const ClusterPki pki = make_cluster_pki(one_node());
  const auto& files = pki.nodes.at("a-control-plane").files;
  const std::string etcd_names =
      "DNS:a-control-plane, DNS:localhost, IP Address:172.18.0.2, IP Address:127.0.0.1, "
      "IP Address:0:0:0:0:0:0:0:1";
  const std::map<std::string, std::string> expected{
      {"pki/ca.crt", std::string("CN=kubernetes") + kCa + "DNS:kubernetes"},
      {"pki/front-proxy-ca.crt", std::string("CN=front-proxy-ca") + kCa + "DNS:front-proxy-ca"},
      {"pki/etcd/ca.crt", std::string("CN=etcd-ca") + kCa + "DNS:etcd-ca"},
      {"pki/apiserver.crt",
       "CN=kube-apiserver" +
           server("DNS:*.example.com, DNS:a-control-plane, DNS:kubernetes, DNS:kubernetes.default, "
                  "DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local, DNS:localhost, "
                  "IP Address:10.96.0.1, IP Address:172.18.0.2, IP Address:127.0.0.1")},
      {"pki/apiserver-kubelet-client.crt", "CN=kube-apiserver-kubelet-client" + client()},
      {"pki/front-proxy-client.crt", "CN=front-proxy-client" + client()},
      {"pki/etcd/server.crt", "CN=a-control-plane" + both(etcd_names)},
      {"pki/etcd/peer.crt", "CN=a-control-plane" + both(etcd_names)},
      {"pki/etcd/healthcheck-client.crt", "CN=kube-etcd-healthcheck-client" + client()},
      {"pki/apiserver-etcd-client.crt", "CN=kube-apiserver-etcd-client" + client()},
  };
  std::set<std::string> names{"pki/sa.key", "pki/sa.pub"};
  for (const auto& [path, line] : expected) {
    INFO(path);
    names.insert(path);
    const std::string key = path.substr(0, path.size() - 3) + "key";
    names.insert(key);
    CHECK(summary(files.at(path)) == line);
    CHECK(belongs(files.at(key), files.at(path)));
  }
  std::set<std::string> made;
  for (const auto& [path, text] : files) {
    made.insert(path);
  }
  CHECK(made == names);
}

TEST_CASE("users and groups of the cluster's kubeconfig files are kubeadm's", "[pki]") {
  const ClusterPki pki = make_cluster_pki(one_node());
  const NodePki& node = pki.nodes.at("a-control-plane");
  CHECK(summary(pki.admin.certificate) == "CN=kubernetes-admin,O=kubeadm:cluster-admins" + client());
  CHECK(summary(pki.super_admin.certificate) == "CN=kubernetes-super-admin,O=system:masters" + client());
  CHECK(summary(node.controller_manager.certificate) == "CN=system:kube-controller-manager" + client());
  CHECK(summary(node.scheduler.certificate) == "CN=system:kube-scheduler" + client());
  CHECK(summary(node.kubelet.certificate) == "CN=system:node:a-control-plane,O=system:nodes" + client());
  CHECK(pki.ca_hash == ca_hash(node.files.at("pki/ca.crt")));
}

TEST_CASE("every certificate of a cluster verifies below its own authority", "[pki]") {
  const ClusterPki pki = make_cluster_pki(one_node());
  const auto& files = pki.nodes.at("a-control-plane").files;
  const auto check = [&](const std::string& path, const std::string& ca, const std::string& purpose) {
    INFO(path);
    CHECK(verify(files.at(path), files.at(ca), purpose) == "");
  };
  check("pki/apiserver.crt", "pki/ca.crt", "server");
  check("pki/apiserver-kubelet-client.crt", "pki/ca.crt", "client");
  check("pki/front-proxy-client.crt", "pki/front-proxy-ca.crt", "client");
  check("pki/etcd/server.crt", "pki/etcd/ca.crt", "server");
  check("pki/etcd/server.crt", "pki/etcd/ca.crt", "client");
  check("pki/etcd/peer.crt", "pki/etcd/ca.crt", "client");
  check("pki/etcd/healthcheck-client.crt", "pki/etcd/ca.crt", "client");
  check("pki/apiserver-etcd-client.crt", "pki/etcd/ca.crt", "client");
  CHECK(verify(pki.admin.certificate, files.at("pki/ca.crt"), "client") == "");
}

TEST_CASE("a worker gets its kubelet's certificates and no secret of the cluster", "[pki]") {
  const ClusterPki pki = make_cluster_pki(one_node());
  const NodePki& worker = pki.nodes.at("a-worker");
  CHECK(worker.files ==
        std::map<std::string, std::string>{{"pki/ca.crt", pki.authorities.kubernetes.certificate()}});
  CHECK(summary(worker.kubelet.certificate) == "CN=system:node:a-worker,O=system:nodes" + client());
  CHECK(verify(worker.kubelet.certificate, worker.files.at("pki/ca.crt"), "client") == "");
  CHECK(worker.scheduler.key.empty());
}

TEST_CASE("kubelet's serving certificate brings its own authority in one file", "[pki]") {
  const NodePki node = make_worker_pki(Authority::make("kubernetes"), {"a-worker", ""});
  const std::string& bundle = node.kubelet_serving.certificate;
  const std::size_t second = bundle.find("-----BEGIN CERTIFICATE-----", 1);
  REQUIRE(second != std::string::npos);
  CHECK(verify(bundle, bundle.substr(second), "server") == "");
  CHECK(belongs(node.kubelet_serving.key, bundle));
}

TEST_CASE("control planes share authorities and differ in their own certificates", "[pki]") {
  PkiInput input = one_node();
  input.control_planes.push_back({"a-control-plane2", "172.18.0.4"});
  const ClusterPki pki = make_cluster_pki(input);
  const auto& first = pki.nodes.at("a-control-plane").files;
  const auto& second = pki.nodes.at("a-control-plane2").files;
  CHECK(first.at("pki/ca.key") == second.at("pki/ca.key"));
  CHECK(first.at("pki/sa.key") == second.at("pki/sa.key"));
  CHECK(first.at("pki/apiserver.key") != second.at("pki/apiserver.key"));
  CHECK(summary(second.at("pki/etcd/peer.crt")).find("172.18.0.4") != std::string::npos);
  CHECK(summary(second.at("pki/apiserver.crt")).find("172.18.0.2") == std::string::npos);
}

TEST_CASE("subjects follow the Kubernetes version", "[pki]") {
  const auto kubelet_client = [](int minor) {
    PkiInput input = one_node();
    input.kubernetes_minor = minor;
    const ClusterPki pki = make_cluster_pki(input);
    return summary(pki.nodes.at("a-control-plane").files.at("pki/apiserver-kubelet-client.crt"));
  };
  CHECK(kubelet_client(28).starts_with("CN=kube-apiserver-kubelet-client,O=system:masters |"));
  CHECK(kubelet_client(29).starts_with("CN=kube-apiserver-kubelet-client,O=kubeadm:cluster-admins |"));
  CHECK(kubelet_client(36).starts_with("CN=kube-apiserver-kubelet-client |"));
}

TEST_CASE("IPv6 addresses and an address as endpoint become address names", "[pki]") {
  PkiInput input = one_node();
  input.control_planes = {{"a-control-plane", "fc00:f853:ccd:e793::2"}};
  input.service_address = "fd00:10:96::1";
  input.control_plane_endpoint = "172.18.0.9";
  const ClusterPki pki = make_cluster_pki(input);
  const std::string text = summary(pki.nodes.at("a-control-plane").files.at("pki/apiserver.crt"));
  CHECK(text.find("IP Address:FC00:F853:CCD:E793:0:0:0:2") != std::string::npos);
  CHECK(text.find("IP Address:FD00:10:96:0:0:0:0:1") != std::string::npos);
  CHECK(text.find("IP Address:172.18.0.9") != std::string::npos);
}

// 4 ms on the machine this was written on, 6 the first time; the limit leaves room for sanitizers.
TEST_CASE("the keys and certificates of a cluster cost milliseconds", "[pki]") {
  const auto cpu = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1e6;
  };
  const double before = cpu();
  (void)make_cluster_pki(one_node());
  CHECK(cpu() - before < 100);
}
