// SPDX-License-Identifier: Apache-2.0
// The files of tests/golden/kubeadm say what a node's configuration looks like. They were compared once,
// value by value, with what kind 0.32 writes for the same input.
#include "kubeadm/config.hpp"

#include "base/error.hpp"

#include "support/golden.hpp"

namespace ingot::kubeadm {
namespace {

ConfigInput input_for(const std::string& version) {
  ConfigInput input;
  input.version = *parse_version(version);
  input.cluster_name = "a";
  input.node_name = "a-control-plane";
  input.node_address = "172.18.0.2";
  input.control_plane_endpoint = "a-control-plane:6443";
  input.pod_subnet = "10.244.0.0/16";
  input.service_subnet = "10.96.0.0/16";
  return input;
}

ConfigInput everything(const std::string& version) {
  ConfigInput input = input_for(version);
  input.node_labels = {{"zone", "a"}, {"example.org/tier", "1"}};
  input.feature_gates = {{"Beta", false}, {"Alpha", true}};
  input.runtime_config = {{"api/beta", "false"}, {"api/alpha", "true"}};
  input.kube_proxy_mode = "nftables";
  input.api_server_address = "0.0.0.0";
  input.has_cgroup_v1 = true;
  return input;
}

void check_config(const std::string& name, const ConfigInput& input) {
  support::check_golden(support::tests_path("golden/kubeadm/" + name + ".yaml"), kubeadm_config(input));
}

bool has(const ConfigInput& input, const std::string& line) {
  return kubeadm_config(input).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("a control plane's file has every document in the form of its version", "[kubeadm]") {
  check_config("v1beta3-control-plane", input_for("v1.35.4"));
  check_config("v1beta4-control-plane", input_for("v1.36.1"));
  check_config("v1beta3-everything", everything("v1.35.4"));
  check_config("v1beta4-everything", everything("v1.36.1"));
}

TEST_CASE("a worker's file has no address to serve the API at", "[kubeadm]") {
  auto input = input_for("v1.36.1");
  input.node_name = "a-worker";
  input.node_address = "172.18.0.3";
  input.is_control_plane = false;
  check_config("v1beta4-worker", input);
}

TEST_CASE("without kube-proxy its document is left out and its phase skipped", "[kubeadm]") {
  auto input = input_for("v1.36.1");
  input.kube_proxy_mode = "none";
  check_config("v1beta4-no-kube-proxy", input);
}

TEST_CASE("IPv6 and dual-stack clusters listen and advertise accordingly", "[kubeadm]") {
  auto input = input_for("v1.36.1");
  input.node_address = "fc00::2";
  input.is_ipv6_only = true;
  input.api_server_address = "::1";
  input.pod_subnet = "fd00:10:244::/56";
  input.service_subnet = "fd00:10:96::/112";
  check_config("v1beta4-ipv6", input);

  input = input_for("v1.36.1");
  input.node_address = "172.18.0.2,fc00::2";
  CHECK(kubeadm_config(input).find("advertiseAddress: \"172.18.0.2\"\n") != std::string::npos);
}

TEST_CASE("rootless engines keep kube-proxy and the kubelet off what they may not touch", "[kubeadm]") {
  auto input = input_for("v1.36.1");
  input.is_rootless = true;
  check_config("v1beta4-rootless", input);
}

TEST_CASE("the kubelet's cgroup settings follow version and engine", "[kubeadm]") {
  CHECK(has(input_for("v1.23.0"), "cgroupDriver: \"cgroupfs\""));
  CHECK(has(input_for("v1.24.0"), "cgroupDriver: \"systemd\""));
  for (const auto& [version, has_v1, expected] :
       {std::tuple{"v1.34.9", true, false}, std::tuple{"v1.35.0", true, true},
        std::tuple{"v1.36.1", false, false}}) {
    auto input = input_for(version);
    input.has_cgroup_v1 = has_v1;
    INFO(version);
    CHECK(has(input, "failCgroupV1: false") == expected);
  }
}

TEST_CASE("keys of another kind are asked for where kubeadm can be asked", "[kubeadm]") {
  const auto* algorithm = "encryptionAlgorithm: \"ECDSA-P256\"";
  auto input = input_for("v1.36.1");
  CHECK(kubeadm_config(input).find("encryptionAlgorithm") == std::string::npos);
  input.encryption_algorithm = "ECDSA-P256";
  CHECK(has(input, algorithm));
  input.version = *parse_version("v1.35.4");
  CHECK_FALSE(has(input, algorithm));
}

TEST_CASE("the form follows the version, pre-releases included, and old versions are refused", "[kubeadm]") {
  CHECK(kubeadm_api_version(*parse_version("v1.23.0")) == "kubeadm.k8s.io/v1beta3");
  CHECK(kubeadm_api_version(*parse_version("v1.35.9")) == "kubeadm.k8s.io/v1beta3");
  CHECK(kubeadm_api_version(*parse_version("v1.36.0-alpha.0")) == "kubeadm.k8s.io/v1beta4");
  try {
    (void)kubeadm_config(input_for("v1.22.17"));
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::unsupported);
    CHECK(error.failure().message == "Kubernetes v1.22.17 is too old: 1.23 is the oldest supported");
  }
}

}  // namespace ingot::kubeadm
