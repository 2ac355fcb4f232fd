// SPDX-License-Identifier: Apache-2.0
// What is found in a node's files, and what it is worth. The files are a node's: they may hold anything.
#include "certs/places.hpp"

#include "kubeconfig/kubeconfig.hpp"
#include "pki/cluster_pki.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace ingot::certs {
namespace {

using Names = std::vector<std::string>;

const Time kNow = std::chrono::system_clock::now();

const pki::ClusterPki& made() {
  static const auto pki = pki::make_cluster_pki(
      {.control_planes = {{"a", "192.0.2.1"}}, .workers = {{"b", ""}}, .service_address = "10.96.0.1"});
  return pki;
}

void put(NodeFiles& node, const std::string& path, std::string content) {
  node.files[path] = {.path = path, .content = std::move(content)};
}

NodeFiles node_of(const std::string& name, std::string_view role) {
  NodeFiles node{.node = {.name = name, .role = std::string(role)}, .files = {}};
  const auto& own = made().nodes.at(name);
  for (const auto& [path, pem] : own.files) {
    put(node, "/etc/kubernetes/" + path, pem);
  }
  const std::string kubelet = "/var/lib/kubelet/pki/";
  put(node, kubelet + "kubelet-client-1.pem", own.kubelet.certificate + own.kubelet.key);
  node.files[kubelet + "kubelet-client-current.pem"] = {
      .path = "", .content = "", .mode = 0777, .link_target = kubelet + "kubelet-client-1.pem"};
  put(node, kubelet + "kubelet.crt", own.kubelet_serving.certificate);
  put(node, kubelet + "kubelet.key", own.kubelet_serving.key);
  return node;
}

NodeFiles control_plane() {
  return node_of("a", node::kControlPlaneRole);
}

Certificate find(const NodeFiles& node, const std::string& name, Time now = kNow) {
  const auto places = places_in(node);
  const auto found = std::ranges::find(places, name, &Place::name);
  REQUIRE(found != places.end());
  return examine(*found, node, now);
}

}  // namespace

TEST_CASE("all that kubeadm makes is found, and valid", "[certs]") {
  auto node = control_plane();
  put(node, "/etc/kubernetes/admin.conf",
      kubeconfig::make_kubeconfig({.cluster = "a", .user = "u"},
                                  {.server = "https://a",
                                   .ca = made().authorities.kubernetes.certificate(),
                                   .certificate = made().admin.certificate,
                                   .key = made().admin.key}));
  Names names;
  for (const auto& place : places_in(node)) {
    const auto found = examine(place, node, kNow);
    CAPTURE(found.name, found.detail);
    CHECK(found.state == State::valid);
    CHECK(found.node == "a");
    names.push_back(found.name);
  }
  CHECK(names == Names{"ca", "front-proxy-ca", "etcd/ca", "apiserver", "apiserver-kubelet-client",
                       "apiserver-etcd-client", "front-proxy-client", "etcd/server", "etcd/peer",
                       "etcd/healthcheck-client", "admin.conf", "kubelet-client", "kubelet"});
  CHECK(find(node, "kubelet-client").path == "/var/lib/kubelet/pki/kubelet-client-1.pem");
  CHECK(find(node, "admin.conf").subject == "O=kubeadm:cluster-admins, CN=kubernetes-admin");
}

TEST_CASE("a worker has kubelet's certificates", "[certs]") {
  const auto worker = node_of("b", node::kWorkerRole);
  Names names;
  for (const auto& place : places_in(worker)) {
    CHECK(examine(place, worker, kNow).state == State::valid);
    names.push_back(place.name);
  }
  CHECK(names == Names{"kubelet-client", "kubelet"});
}

TEST_CASE("time makes certificates expire, thirty days after it was told", "[certs]") {
  const auto node = control_plane();
  const auto end = *find(node, "apiserver").not_after;
  CHECK(find(node, "apiserver", end - kSoon - std::chrono::hours(1)).state == State::valid);
  CHECK(find(node, "apiserver", end - kSoon + std::chrono::hours(1)).state == State::expiring);
  CHECK(find(node, "apiserver", end + std::chrono::seconds(1)).state == State::expired);
  CHECK(find(node, "apiserver", kNow - std::chrono::hours(1)).state == State::early);
}

TEST_CASE("what does not belong together is told", "[certs]") {
  auto node = control_plane();
  const std::string pki = "/etc/kubernetes/pki/";
  put(node, pki + "apiserver.key", node.text_of(pki + "etcd/peer.key"));
  CHECK(find(node, "apiserver").detail == "its key belongs to another certificate");
  put(node, pki + "front-proxy-client.crt", node.text_of(pki + "apiserver-etcd-client.crt"));
  put(node, pki + "front-proxy-client.key", node.text_of(pki + "apiserver-etcd-client.key"));
  CHECK(find(node, "front-proxy-client").state == State::foreign);
  CHECK(find(node, "front-proxy-client").detail == "was not issued by front-proxy-ca");
  node.files.erase(pki + "etcd/peer.key");
  CHECK(find(node, "etcd/peer").state == State::broken);
  node.files.erase(pki + "ca.key");  // somebody else may have it
  CHECK(find(node, "ca").state == State::valid);
}

TEST_CASE("files that hold anything are certificates that are broken, and no error", "[certs]") {
  const std::string content =
      GENERATE(std::string(), std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
               std::string(5000, '\xff'), std::string("apiVersion: [\n"));
  auto node = control_plane();
  for (auto& [path, file] : node.files) {
    file.content = content;
  }
  put(node, "/etc/kubernetes/scheduler.conf", "kind: Config\n" + content);
  node.files["/var/lib/kubelet/pki/kubelet-client-current.pem"].link_target = "../../../etc/shadow";
  for (const auto& place : places_in(node)) {
    const auto found = examine(place, node, kNow);
    CAPTURE(found.name);
    CHECK(found.state == State::broken);
    CHECK(found.subject.empty());
    CHECK_FALSE(found.detail.empty());
  }
}

TEST_CASE("certificates that somebody put there are shown, too", "[certs]") {
  auto node = control_plane();
  const auto other = pki::Authority::make("webhooks").issue({.common_name = "mine"});
  put(node, "/etc/kubernetes/pki/mine.crt", other.certificate);
  CHECK(find(node, "mine").state == State::valid);
  CHECK(find(node, "mine").purpose.empty());
}

}  // namespace ingot::certs
