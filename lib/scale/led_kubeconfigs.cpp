// SPDX-License-Identifier: Apache-2.0
// The user's entry, which keeps its names. What was handed out before goes on working as long as the control
// plane does whose port it names.
#include "base/error.hpp"
#include "cluster/api_access.hpp"
#include "cluster/kubeconfig_files.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::scale {

namespace {

// Where control planes are reached at this machine's ports.
std::vector<std::string> endpoints_of(Scaling& scaling, const std::vector<std::string>& control_planes,
                                      const std::stop_token& stop) {
  std::vector<std::string> endpoints;
  for (const auto& name : control_planes) {
    const auto info = scaling.host.inspect(name, stop);
    if (auto endpoint = info ? cluster::published_endpoint(*info) : std::nullopt) {
      endpoints.push_back(*std::move(endpoint));
    }
  }
  return endpoints;
}

std::string endpoint_of_balancer(Scaling& scaling, const std::stop_token& stop) {
  const auto info = scaling.host.inspect(scaling.balancer_id, stop);
  const auto endpoint = info ? cluster::published_endpoint(*info) : std::nullopt;
  if (!endpoint) {
    throw base::Error(
        base::ErrorCode::engine_refused,
        fmt::format("the port of the load balancer '{}' is not published", scaling.balancer.name));
  }
  return *endpoint;
}

void replace(Scaling& scaling, const LedKubeconfig& led, const std::string& server,
             const std::stop_token& stop) {
  kubeconfig::replace_server(led.file, kubeconfig::entry_name(scaling.cluster), scaling.leading.ca, server,
                             stop);
}

void lead(Scaling& scaling, const std::stop_token& stop) {
  for (const auto& led : scaling.leading.kubeconfigs) {
    replace(scaling, led,
            led.is_on_network ? fmt::format("https://{}:{}", scaling.balancer.name, node::kApiPort)
                              : endpoint_of_balancer(scaling, stop),
            stop);
  }
}

}  // namespace

void observe_led_kubeconfigs(Scaling& scaling, const std::vector<std::string>& control_planes,
                             const std::stop_token& stop) {
  scaling.leading.ca =
      require_file(scaling, scaling.facts.control_plane_id, "/etc/kubernetes/pki/ca.crt", stop);
  const auto entries =
      cluster::kubeconfig_entries(scaling.cluster, scaling.leading.ca, scaling.options.kubeconfig);
  const auto endpoints = endpoints_of(scaling, control_planes, stop);
  for (const auto& [file, access] : entries) {
    const bool is_on_network = led_to(scaling.balancer.name, control_planes, access.server) != access.server;
    if (is_on_network || std::ranges::find(endpoints, access.server) != endpoints.end()) {
      scaling.leading.kubeconfigs.push_back(
          {.file = file, .server = access.server, .is_on_network = is_on_network});
    }
  }
}

void add_kubeconfig_step(plan::Plan& plan, Scaling& scaling, std::vector<std::string> needs) {
  const auto& kubeconfigs = scaling.leading.kubeconfigs;
  if (kubeconfigs.empty()) {
    return;
  }
  plan.add({.id = "kubeconfig",
            .title = fmt::format("lead the entry in {} to the load balancer", kubeconfigs.front().file),
            .cause = "kubectl finds the cluster by it",
            .needs = std::move(needs),
            .run = [&scaling](plan::StepContext& context) { lead(scaling, context.stop()); },
            .undo =
                [&scaling](const std::stop_token& stop) {
                  for (const auto& led : scaling.leading.kubeconfigs) {
                    replace(scaling, led, led.server, stop);
                  }
                }});
}

}  // namespace ingot::scale
