// SPDX-License-Identifier: Apache-2.0
// Rules that need more cases than a file each. The rest is in tests/data/config.
#include "config/validate.hpp"
#include "config/rules.hpp"

#include <catch2/catch.hpp>

namespace ingot::config {
namespace {

ClusterSpec complete(ClusterSpec spec = {}) {
  apply_defaults(spec);
  return spec;
}

// The problems as text, joined, or "none".
std::string problems_of(const ClusterSpec& spec) {
  std::string text;
  for (const auto& problem : validate(spec)) {
    text += (text.empty() ? "" : " | ") + to_text(problem);
  }
  return text.empty() ? "none" : text;
}

std::string problems_with_subnets(IpFamily family, const std::string& pods, const std::string& services) {
  ClusterSpec spec;
  spec.networking = {.ip_family = family, .pod_subnet = pods, .service_subnet = services};
  return problems_of(complete(std::move(spec)));
}

}  // namespace

TEST_CASE("cluster names leave room for the longest node name", "[config]") {
  auto spec = complete();
  const auto with_name = [&](const std::string& name) {
    spec.name = name;
    return problems_of(spec);
  };
  CHECK(with_name(std::string(49, 'a')) == "none");  // + "-control-plane" = 63
  CHECK(with_name(std::string(50, 'a')).substr(0, 30) == "name: 1 character too long: a ");
  CHECK(with_name(std::string(300, 'a')).find("too long") != std::string::npos);
  for (const auto* good : {"a", "0", "a.b", "a-b.c0", "a--b", "a-"}) {
    CHECK(with_name(good) == "none");
  }
  for (const auto* bad : {"", "-a", ".a", "a.", "a..b", "a.-b", "A", "a_b", "a b", "\xC3\xA4"}) {
    INFO(bad);
    CHECK(with_name(bad) != "none");
  }
}

TEST_CASE("subnets fit the IP family", "[config]") {
  const std::string four = "10.1.0.0/16";
  const std::string six = "fd01::/56";
  const std::string services4 = "10.2.0.0/16";
  const std::string services6 = "fd02::/112";
  CHECK(problems_with_subnets(IpFamily::ipv4, four, services4) == "none");
  CHECK(problems_with_subnets(IpFamily::ipv6, six, services6) == "none");
  CHECK(problems_with_subnets(IpFamily::dual, four + "," + six, services6 + "," + services4) == "none");
  CHECK(problems_with_subnets(IpFamily::dual, four, services4) == "none");
  CHECK(problems_with_subnets(IpFamily::ipv4, six, services4) ==
        "networking.podSubnet: wants an IPv4 subnet");
  CHECK(problems_with_subnets(IpFamily::ipv6, six, services4) ==
        "networking.serviceSubnet: wants an IPv6 subnet");
  CHECK(problems_with_subnets(IpFamily::ipv4, four + "," + six, services4) ==
        "networking.podSubnet: wants one subnet with ipFamily 'ipv4'");
  CHECK(problems_with_subnets(IpFamily::dual, four + ",10.9.0.0/16", services4) ==
        "networking.podSubnet: wants one subnet, or one of each family");
  CHECK(problems_with_subnets(IpFamily::ipv4, four + ",", services4) ==
        "networking.podSubnet: '' is no subnet; write it as address/length, such as '10.244.0.0/16'");
}

TEST_CASE("subnets have the sizes that kubeadm takes", "[config]") {
  const auto pods = [](const std::string& text) {
    return problems_with_subnets(IpFamily::ipv4, text, "192.168.0.0/16");
  };
  CHECK(pods("10.0.0.0/8") == "none");
  CHECK(pods("10.0.0.0/24") == "none");
  CHECK(pods("10.0.0.0/7") != "none");
  CHECK(pods("10.0.0.0/25") != "none");
  const auto services = [](const std::string& text) {
    return problems_with_subnets(IpFamily::ipv4, "192.168.0.0/16", text);
  };
  CHECK(services("10.0.0.0/28") == "none");
  CHECK(services("10.0.0.0/12") == "none");
  CHECK(services("10.0.0.0/29") != "none");
  CHECK(services("10.0.0.0/11") != "none");
}

TEST_CASE("a patch may change how much of the pod subnet a node takes", "[config]") {
  ClusterSpec spec;
  spec.networking.pod_subnet = "10.1.0.0/25";
  spec = complete(spec);
  CHECK(problems_of(spec) != "none");
  spec.kubeadm_patches.emplace_back("kind: ClusterConfiguration\ncontrollerManager: {}\n");
  CHECK(problems_of(spec) == "none");
}

TEST_CASE("label syntax is that of Kubernetes", "[config]") {
  for (const auto* key : {"a", "A.b_c-9", "example.org/a", "node.kubernetes.io/instance-type"}) {
    INFO(key);
    CHECK(is_label_key(key));
  }
  for (const auto& key :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a/b/c"), std::string("-a"),
        std::string("a."), std::string("Up/a"), std::string("a b"), std::string(64, 'a')}) {
    INFO(key);
    CHECK_FALSE(is_label_key(key));
  }
  CHECK(is_label_value(""));
  CHECK(is_label_value(std::string(63, 'a')));
  CHECK_FALSE(is_label_value(std::string(64, 'a')));
  CHECK_FALSE(is_label_value("a="));
}

TEST_CASE("kube-proxy modes are left to the kernel", "[config]") {
  for (const auto mode :
       {KubeProxyMode::iptables, KubeProxyMode::ipvs, KubeProxyMode::nftables, KubeProxyMode::none}) {
    ClusterSpec spec;
    spec.networking.kube_proxy_mode = mode;
    spec = complete(std::move(spec));
    CHECK(validate(spec).empty());
  }
}

}  // namespace ingot::config
