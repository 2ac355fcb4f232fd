// SPDX-License-Identifier: Apache-2.0
#include "boot/load_balancer.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace ingot::boot {

namespace {

constexpr std::string_view kHaproxyFile = "/etc/haproxy/haproxy.cfg";
constexpr std::string_view kEnvoyFolder = "/home/envoy";

bool is_name(const std::string& host) {
  return !base::is_ipv6(host) && host.find_first_not_of("0123456789.") != std::string::npos;
}

// A connection to a server that is gone fails after `timeout connect` and goes to another one; the server is
// then out, and the connections that were open to it end. The health check is slower, on purpose: while etcd
// elects a new leader, for up to two seconds, no API server says that it is ready. /readyz, not /healthz: a
// server that is shutting down still answers the latter.
constexpr std::string_view kHaproxyHead = R"(global
  log stdout format raw daemon notice
  maxconn 4000
  no strict-limits

defaults
  mode tcp
  log global
  option tcpka
  option redispatch 1
  retries 3
  timeout connect 250ms
  timeout client 1h
  timeout server 1h
  timeout check 2s

resolvers engine
  nameserver dns 127.0.0.11:53
  hold valid 1s
  hold nx 1s

)";

std::string haproxy_config(const LoadBalancer& balancer) {
  std::string text(kHaproxyHead);
  text += fmt::format("frontend api\n  bind {}\n  default_backend control-planes\n\n",
                      balancer.has_ipv6 ? ":::6443 v4v6" : ":6443");
  text +=
      "backend control-planes\n"
      "  balance leastconn\n"
      "  option httpchk GET /readyz\n"
      "  http-check expect status 200\n"
      "  default-server check check-ssl verify none inter 1s downinter 250ms fall 3 rise 1 "
      "observe layer4 error-limit 2 on-error mark-down on-marked-down shutdown-sessions "
      "init-addr last,libc,none\n";
  const auto resolved = [](const ApiServer& server) {
    return is_name(server.host) ? " resolvers engine" : "";
  };
  for (const auto& server : balancer.servers) {
    text += fmt::format("  server {} {}:6443{}\n", server.name, server.host, resolved(server));
  }
  // Unchecked, for the time when nobody is healthy yet: it waits at the first one's door instead of being
  // sent away.
  const auto& first = balancer.servers.front();
  return text +
         fmt::format("  server first-to-start {}:6443 backup no-check{}\n", first.host, resolved(first));
}

std::string envoy_bootstrap(const LoadBalancer& balancer) {
  return fmt::format(R"(node:
  cluster: {}
  id: {}
dynamic_resources:
  cds_config:
    resource_api_version: V3
    path_config_source: {{path: {}/cds.yaml}}
  lds_config:
    resource_api_version: V3
    path_config_source: {{path: {}/lds.yaml}}
admin:
  access_log:
  - name: envoy.access_loggers.stdout
    typed_config: {{"@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog}}
  address:
    socket_address: {{address: 0.0.0.0, port_value: 10000}}
)",
                     balancer.cluster, balancer.name, kEnvoyFolder, kEnvoyFolder);
}

std::string envoy_listeners(const LoadBalancer& balancer) {
  return fmt::format(R"(resources:
- "@type": type.googleapis.com/envoy.config.listener.v3.Listener
  name: kube_apiservers
  address:
    socket_address: {{address: "{}", port_value: 6443, ipv4_compat: {}}}
  filter_chains:
  - filters:
    - name: envoy.filters.network.tcp_proxy
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
        stat_prefix: kube_apiservers
        cluster: kube_apiservers
        max_connect_attempts: 4
)",
                     balancer.has_ipv6 ? "::" : "0.0.0.0", balancer.has_ipv6);
}

std::string envoy_clusters(const LoadBalancer& balancer) {
  std::string text = fmt::format(R"(resources:
- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
  name: kube_apiservers
  type: STRICT_DNS
  connect_timeout: 0.25s
  lb_policy: ROUND_ROBIN
  dns_lookup_family: {}
  close_connections_on_host_health_failure: true
  health_checks:
  - timeout: 2s
    interval: 1s
    no_traffic_interval: 1s
    unhealthy_interval: 0.25s
    unhealthy_threshold: 3
    healthy_threshold: 1
    always_log_health_check_failures: true
    transport_socket_match_criteria: {{health_check: "tls"}}
    http_health_check: {{path: /readyz}}
  transport_socket_matches:
  - name: health-check
    match: {{health_check: "tls"}}
    transport_socket:
      name: envoy.transport_sockets.tls
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
        common_tls_context: {{validation_context: {{trust_chain_verification: ACCEPT_UNTRUSTED}}}}
  load_assignment:
    cluster_name: kube_apiservers
    endpoints:
    - lb_endpoints:
)",
                                 balancer.has_ipv6 ? "AUTO" : "V4_PREFERRED");
  for (const auto& server : balancer.servers) {
    text += fmt::format(
        "      - endpoint: {{address: {{socket_address: {{address: \"{}\", port_value: 6443}}}}}}\n",
        server.host);
  }
  return text;
}

}  // namespace

std::vector<tar::File> load_balancer_files(Balancer program, const LoadBalancer& balancer) {
  if (program == Balancer::haproxy) {
    return {{std::string(kHaproxyFile), haproxy_config(balancer)}};
  }
  const auto file = [](std::string_view name, std::string content) {
    return tar::File{fmt::format("{}/{}", kEnvoyFolder, name), std::move(content)};
  };
  return {file("envoy.yaml", envoy_bootstrap(balancer)), file("cds.yaml", envoy_clusters(balancer)),
          file("lds.yaml", envoy_listeners(balancer))};
}

// With a process above the one that works, so that it can be told to read its file again.
std::vector<std::string> load_balancer_command(Balancer program) {
  if (program == Balancer::haproxy) {
    return {"haproxy", "-W", "-db", "-f", std::string(kHaproxyFile)};
  }
  return {"envoy", "-c", fmt::format("{}/envoy.yaml", kEnvoyFolder)};
}

// HAProxy leaves SIGTERM to the kernel, which does nothing with it in the first process of a container.
std::string_view load_balancer_stop_signal(Balancer program) {
  return program == Balancer::haproxy ? "SIGUSR1" : "SIGTERM";
}

}  // namespace ingot::boot
