// SPDX-License-Identifier: Apache-2.0
#include "boot/load_balancer.hpp"

#include <catch2/catch.hpp>

namespace ingot::boot::test {

namespace {

LoadBalancer three() {
  return {.cluster = "a",
          .name = "a-external-load-balancer",
          .servers = {{"a-control-plane", "172.18.128.2"},
                      {"a-control-plane2", "172.18.128.3"},
                      {"a-control-plane3", "172.18.128.4"}}};
}

std::string file(Balancer program, const LoadBalancer& balancer, const std::string& path) {
  for (const auto& made : load_balancer_files(program, balancer)) {
    if (made.path == path) {
      return made.content;
    }
  }
  FAIL("there is no " << path);
  return {};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

constexpr const char* kHaproxy = "/etc/haproxy/haproxy.cfg";

}  // namespace

TEST_CASE("a load balancer is asked to end by a signal that it knows as a container's first process",
          "[boot]") {
  CHECK(load_balancer_stop_signal(Balancer::haproxy) == "SIGUSR1");
  CHECK(load_balancer_stop_signal(Balancer::envoy) == "SIGTERM");
}

TEST_CASE("HAProxy checks every control plane, and knows one to wait at before any is healthy", "[boot]") {
  const auto text = file(Balancer::haproxy, three(), kHaproxy);
  CHECK(holds(text, "  bind :6443\n"));
  CHECK(holds(text, "  server a-control-plane 172.18.128.2:6443\n"));
  CHECK(holds(text, "  server a-control-plane2 172.18.128.3:6443\n"));
  CHECK(holds(text, "  server a-control-plane3 172.18.128.4:6443\n"));
  CHECK(holds(text, "  server first-to-start 172.18.128.2:6443 backup no-check\n"));
}

TEST_CASE("where addresses change with every start, HAProxy asks the engine's name server", "[boot]") {
  auto balancer = three();
  balancer.servers = {{"a-control-plane", "a-control-plane"}, {"a-control-plane2", "a-control-plane2"}};
  const auto text = file(Balancer::haproxy, balancer, kHaproxy);
  CHECK(holds(text, "  server a-control-plane2 a-control-plane2:6443 resolvers engine\n"));
  CHECK(holds(text, "  server first-to-start a-control-plane:6443 backup no-check resolvers engine\n"));
}

TEST_CASE("both programs listen for IPv6 where the cluster has it", "[boot]") {
  auto balancer = three();
  balancer.has_ipv6 = true;
  CHECK(holds(file(Balancer::haproxy, balancer, kHaproxy), "  bind :::6443 v4v6\n"));
  CHECK(holds(file(Balancer::envoy, balancer, "/home/envoy/lds.yaml"), "address: \"::\", port_value: 6443"));
}

TEST_CASE("Envoy gets the files that kind gives it", "[boot]") {
  const auto bootstrap = file(Balancer::envoy, three(), "/home/envoy/envoy.yaml");
  CHECK(holds(bootstrap, "  cluster: a\n  id: a-external-load-balancer\n"));
  CHECK(holds(bootstrap, "path: /home/envoy/cds.yaml"));
  CHECK(holds(file(Balancer::envoy, three(), "/home/envoy/cds.yaml"),
              "address: \"172.18.128.4\", port_value: 6443"));
  CHECK(load_balancer_command(Balancer::envoy).back() == "/home/envoy/envoy.yaml");
}

}  // namespace ingot::boot::test
