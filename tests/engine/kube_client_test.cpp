// SPDX-License-Identifier: Apache-2.0
// lib/kube over the fake API server: TLS both ways, the store, patches and watches.
#include "base/wait.hpp"
#include "kube/client.hpp"
#include "kube/wait.hpp"
#include "kube/watch.hpp"
#include "pki/cluster_pki.hpp"
#include "support/fake_kubernetes/fake_kubernetes.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace ingot;
using base::ErrorCode;
using nlohmann::json;
using testing::FakeKubernetes;

namespace {

base::Clock::time_point soon() {
  return base::Clock::now() + std::chrono::seconds(20);
}

struct Served {
  int port = 0;
  pki::ClusterPki pki = pki::make_cluster_pki({.control_planes = {{"a", "127.0.0.1"}},
                                               .service_address = "10.96.0.1",
                                               .api_server_sans = {"localhost"}});
  FakeKubernetes api{testing::bind_tcp("127.0.0.1", port),
                     {.certificate = pki.nodes.at("a").files.at("pki/apiserver.crt"),
                      .key = pki.nodes.at("a").files.at("pki/apiserver.key"),
                      .client_ca = pki.authorities.kubernetes.certificate()}};
  std::string url = "https://127.0.0.1:" + std::to_string(port);
  kube::Client client{url,
                      {.ca = pki.authorities.kubernetes.certificate(),
                       .certificate = pki.super_admin.certificate,
                       .key = pki.super_admin.key},
                      "a"};
};

json config_map(const std::string& name) {
  return {
      {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"a", "b"}}}};
}

const std::string kMaps = "/api/v1/namespaces/default/configmaps";

}  // namespace

TEST_CASE_METHOD(Served, "objects are created once, found, changed and removed", "[engine]") {
  kube::wait_for_api(client, soon(), {});
  CHECK(client.get("/version", {})->at("gitVersion") == "v1.31.0");
  CHECK(client.get_text("/readyz", {}) == "ok");
  bool existed = true;
  const json made = client.create(config_map("x"), {}, &existed);
  CHECK_FALSE(made.at("metadata").at("uid").get<std::string>().empty());
  client.create(config_map("x"), {}, &existed);
  CHECK(existed);
  json changed = config_map("x");
  changed["data"] = {{"c", "d"}};
  client.apply(changed, {});
  CHECK(client.get(kMaps + "/x", {})->at("data") == json{{"a", "b"}, {"c", "d"}});
  client.patch(kMaps + "/x", kube::PatchKind::merge, {{"data", {{"a", nullptr}}}}, {});
  CHECK(client.get(kMaps + "/x", {})->at("data") == json{{"c", "d"}});
  client.apply(config_map("y"), {});
  CHECK(client.list(kMaps, {}).at("items").size() == 2);
  CHECK(client.list(kMaps, {}, "fieldSelector=metadata.name%3Dy").at("items").size() == 1);
  CHECK(client.remove(kMaps + "/x", {}));
  CHECK_FALSE(client.remove(kMaps + "/x", {}));
  CHECK_FALSE(client.get(kMaps + "/x", {}));
}

TEST_CASE_METHOD(Served, "what has no namespace yet is not found, and strangers are not let in", "[engine]") {
  json lost = config_map("x");
  lost["metadata"]["namespace"] = "nowhere";
  const auto code_of = [](const auto& call) {
    try {
      call();
    } catch (const base::Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  CHECK(code_of([&] { client.create(lost, {}); }) == ErrorCode::not_found);
  kube::Client stranger(url, {.ca = pki.authorities.kubernetes.certificate()}, "a");
  CHECK(code_of([&] { static_cast<void>(stranger.list(kMaps, {})); }) == ErrorCode::cluster_refused);
  CHECK(stranger.get_text("/livez", {}) == "ok");
}

TEST_CASE_METHOD(Served, "a watch tells what is there and what comes, as a cluster would make it",
                 "[engine]") {
  const std::jthread creator([&] {
    client.create({{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", {{"name", "a"}}}}, {});
  });
  kube::wait_for_object(client, "/api/v1/nodes/a",
                        [&](const json& node, std::string& why) {
                          why = "no condition";
                          return node.contains("status") &&
                                 node["status"]["conditions"][0]["status"] == "True";
                        },
                        soon(), {});
  CHECK(api.get("/api/v1/namespaces/default/serviceaccounts/default"));
}

TEST_CASE_METHOD(Served, "a server that is starting is waited for", "[engine]") {
  api.set_starting(true);
  const std::jthread waiter([&] { kube::wait_for_api(client, soon(), {}); });
  base::wait_until("a refusal", soon(), std::chrono::milliseconds(1), {},
                   [&](std::string&) { return !api.requests().empty(); });
  CHECK(api.requests().front() == "GET /version -> 503");
  api.set_starting(false);
}

TEST_CASE_METHOD(Served, "a watch ends the moment it is cancelled", "[engine]") {
  std::stop_source stop;
  CHECK_THROWS_AS(kube::watch(
                      client, {.path = "/api/v1/nodes"}, soon(),
                      [&](kube::EventKind, const json&) {
                        stop.request_stop();
                        return true;
                      },
                      stop.get_token()),
                  base::Cancelled);
}
