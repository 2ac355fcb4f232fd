// SPDX-License-Identifier: Apache-2.0
#include "base/renaming.hpp"
#include "pki/certificate.hpp"
#include "snapshot/identity.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace ingot::snapshot {

TEST_CASE("a copy's API server stands for what the saved one did, but not for its nodes", "[snapshot]") {
  const auto saved = pki::Authority::make("kubernetes")
                         .issue({.common_name = "kube-apiserver",
                                 .dns_names = {"demo-control-plane", "demo-external-load-balancer",
                                               "kubernetes.default.svc.example", "k8s.example.com"},
                                 .ip_addresses = {"172.18.0.2", "fc00::2", "10.96.0.1", "192.0.2.7"},
                                 .usage = pki::Usage::server});
  base::Renaming renaming;
  renaming.add("demo-control-plane", "copy-control-plane");
  renaming.add("demo-external-load-balancer", "copy-external-load-balancer");
  renaming.add("172.18.0.2", "172.18.0.9");
  renaming.add("fc00::2", "fc00::9");
  auto names = api_server_names(saved.certificate, renaming);
  std::ranges::sort(names);
  CHECK(names == std::vector<std::string>{"0.0.0.0", "10.96.0.1", "127.0.0.1", "172.18.0.9", "192.0.2.7",
                                          "copy-control-plane", "copy-external-load-balancer", "fc00::9",
                                          "k8s.example.com", "kubernetes.default.svc.example", "localhost"});
}

}  // namespace ingot::snapshot
