// SPDX-License-Identifier: Apache-2.0
#include "kube/resources.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace ingot::kube;
using ingot::base::Error;
using nlohmann::json;

namespace {

std::string place(const std::string& api_version, const std::string& kind,
                  const std::string& name_space = "") {
  const auto resource = builtin_resource(api_version, kind);
  return resource ? collection_path({api_version, kind, "x", name_space}, *resource) : "unknown";
}

json object(const json& metadata) {
  return {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", metadata}};
}

}  // namespace

TEST_CASE("kinds of node manifests have their place without asking", "[kube]") {
  CHECK(place("v1", "Namespace") == "/api/v1/namespaces");
  CHECK(place("v1", "Pod") == "/api/v1/namespaces/default/pods");
  CHECK(place("apps/v1", "DaemonSet", "kube-system") == "/apis/apps/v1/namespaces/kube-system/daemonsets");
  CHECK(place("rbac.authorization.k8s.io/v1", "ClusterRole", "ignored") ==
        "/apis/rbac.authorization.k8s.io/v1/clusterroles");
  CHECK(place("storage.k8s.io/v1", "StorageClass") == "/apis/storage.k8s.io/v1/storageclasses");
  CHECK(place("apps/v1", "Pod") == "unknown");
  CHECK(place("example.com/v1", "Namespace") == "unknown");
}

TEST_CASE("an object without identity, or with one that is a path, is refused", "[kube]") {
  CHECK(id_of(object({{"name", "a"}, {"namespace", "n"}})).name_space == "n");
  CHECK(id_of(object({{"generateName", "a-"}})).name.empty());
  CHECK_THROWS_AS(id_of(object(json::object())), Error);
  CHECK_THROWS_AS(id_of(object(7)), Error);
  CHECK_THROWS_AS(id_of(json::array()), Error);
  CHECK_THROWS_AS(id_of(json{{"kind", "Pod"}, {"metadata", {{"name", "a"}}}}), Error);
  for (const char* bad : {"a/b", "..", "a?b", "a b", "a%2fb", "a#b"}) {
    CHECK_THROWS_AS(id_of(object({{"name", bad}})), Error);
    CHECK_THROWS_AS(id_of(object({{"name", "a"}, {"namespace", bad}})), Error);
  }
}
