// SPDX-License-Identifier: Apache-2.0
#include "config/cluster_spec.hpp"
#include "config/load.hpp"
#include "config/problem.hpp"
#include "config/validate.hpp"

#include <catch2/catch.hpp>

namespace ingot::config {
namespace {

constexpr const char* kHead = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n";

}  // namespace

TEST_CASE("nodes are numbered by role in the order of the file", "[config]") {
  ClusterSpec spec;
  spec.name = "a";
  for (const Role role :
       {Role::worker, Role::control_plane, Role::worker, Role::control_plane, Role::worker}) {
    spec.nodes.push_back({.role = role});
  }
  CHECK(node_names(spec) == std::vector<std::string>{"a-worker", "a-control-plane", "a-worker2",
                                                     "a-control-plane2", "a-worker3"});
}

TEST_CASE("the canonical text tells clusters apart, and only clusters", "[config]") {
  const auto text_of = [](const std::string& body) {
    return to_canonical_text(load_cluster_file(kHead + body, "x"));
  };
  CHECK(text_of("name: a\nfeatureGates: {A: true, B: true}\n") ==
        text_of("featureGates: {B: true, A: true}\n\n# moved\nname: a\n"));
  CHECK(text_of("name: a\n") != text_of("name: b\n"));
  CHECK(text_of("networking: {dnsSearch: []}\n") != text_of("networking: {}\n"));
  CHECK(text_of("kubeadmConfigPatches: [a, b]\n") != text_of("kubeadmConfigPatches: [b, a]\n"));
  CHECK(text_of("kubeadmConfigPatches: [\"a\\\"\\nname: b\"]\n").find("\nname: b") == std::string::npos);
}

TEST_CASE("defaults follow the IP family and are filled in once", "[config]") {
  for (const auto& [family, pod, service, api] :
       {std::tuple{IpFamily::ipv4, "10.244.0.0/16", "10.96.0.0/16", "127.0.0.1"},
        std::tuple{IpFamily::ipv6, "fd00:10:244::/56", "fd00:10:96::/112", "::1"},
        std::tuple{IpFamily::dual, "10.244.0.0/16,fd00:10:244::/56", "10.96.0.0/16,fd00:10:96::/112",
                   "127.0.0.1"}}) {
    ClusterSpec spec;
    spec.networking.ip_family = family;
    apply_defaults(spec);
    CHECK(spec.networking.pod_subnet == pod);
    CHECK(spec.networking.service_subnet == service);
    CHECK(spec.networking.api_server_address == api);
    CHECK(spec.name == "kind");
    REQUIRE(spec.nodes.size() == 1);
    CHECK(spec.nodes[0].image == kDefaultNodeImage);
    CHECK(validate(spec).empty());
    const auto once = to_canonical_text(spec);
    apply_defaults(spec, {.name = "other", .node_image = "other"});
    CHECK(to_canonical_text(spec) == once);
  }
}

TEST_CASE("host paths are made absolute against the working folder", "[config]") {
  for (const auto& [path, expected] : std::vector<std::pair<std::string, std::string>>{{"/a/b", "/a/b"},
                                                                                       {"a", "/work/a"},
                                                                                       {"./a/", "/work/a"},
                                                                                       {"../a", "/a"},
                                                                                       {".", "/work"},
                                                                                       {"", "/work"}}) {
    ClusterSpec spec;
    spec.nodes.push_back({.extra_mounts = {{.host_path = path}}});
    apply_defaults(spec, {.working_dir = "/work"});
    CHECK(spec.nodes[0].extra_mounts[0].host_path == expected);
  }
}

TEST_CASE("a spec knows the lines of its parts and of what surrounds a part", "[config]") {
  const auto spec =
      load_cluster_file(std::string(kHead) + "nodes:\n- role: worker\n  labels:\n    a: b\n- {}\n", "x");
  CHECK(line_of(spec, "nodes") == 3);
  CHECK(line_of(spec, "nodes[0].role") == 4);
  CHECK(line_of(spec, "nodes[0].labels.a") == 6);
  CHECK(line_of(spec, "nodes[0].labels.other") == 5);
  CHECK(line_of(spec, "nodes[1].extraMounts[3].hostPath") == 7);
  CHECK(line_of(spec, "networking.podSubnet") == 0);
  CHECK(line_of(ClusterSpec{}, "nodes[0]") == 0);
}

TEST_CASE("what the caller overrides wins over the file and is not blamed on it", "[config]") {
  auto spec = load_cluster_file(
      std::string(kHead) + "name: from-file\nnodes:\n- image: one\n- {role: worker, image: two}\n", "x");
  override_name(spec, "Bad");
  override_image(spec, "three");
  apply_defaults(spec);
  CHECK(spec.nodes[0].image == "three");
  CHECK(spec.nodes[1].image == "three");
  const auto problems = validate(spec);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].line == 0);

  ClusterSpec by_hand;
  override_image(by_hand, "three");
  REQUIRE(by_hand.nodes.size() == 1);
  CHECK(by_hand.nodes[0].image == "three");
}

TEST_CASE("problems of a spec that no file gave have no lines", "[config]") {
  ClusterSpec spec;
  apply_defaults(spec);
  spec.name = "No";
  const auto problems = validate(spec);
  REQUIRE(problems.size() == 1);
  CHECK(to_text(problems[0]) == "name: 'No' is no cluster name; use lower-case letters, digits, '-' and '.'");
}

}  // namespace ingot::config
