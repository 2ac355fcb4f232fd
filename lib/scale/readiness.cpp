// SPDX-License-Identifier: Apache-2.0
// The steps that end an addition: a worker is useful when it is Ready and services are reachable from it.
// Watched, not polled.
#include "cluster/component_health.hpp"
#include "kube/wait.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::scale {

namespace {

void wait_for_node(Scaling& scaling, const std::string& name, const std::stop_token& stop) {
  kube::waiting_until(fmt::format("node '{}' is Ready", name), [&] {
    kube::wait_for_object(*scaling.api, node_path(name), cluster::takes_pods, scaling.deadline, stop);
  });
}

void add_ready_step(plan::Plan& plan, Scaling& scaling, const std::string& name, const std::string& cause,
                    std::vector<std::string> needs) {
  plan.add({.id = step_id(name, "ready"),
            .title = fmt::format("wait until {} is Ready", name),
            .cause = cause,
            .needs = std::move(needs),
            .run = [&scaling, name](plan::StepContext& context) {
              wait_for_node(scaling, name, context.stop());
            }});
}

// kube-proxy says so itself, at the port where load balancers ask it; asked in vain it would only take
// processor time from what is starting, so it is asked when it runs.
void wait_for_services(Scaling& scaling, const std::string& name, const std::stop_token& stop) {
  const std::string pods = fmt::format(
      "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-proxy&{}", pods_query(name));
  const auto runs = [](const kube::Objects& found, std::string& seen) {
    seen = "its kube-proxy does not run yet";
    return std::ranges::any_of(found, [](const auto& pod) {
      return cluster::text_at(pod.second, {"status", "phase"}) == "Running";
    });
  };
  kube::waiting_until(fmt::format("services are reachable from '{}'", name), [&] {
    kube::wait_for(*scaling.api, pods, runs, scaling.deadline, stop);
    kube::wait_for_api(*scaling.api, scaling.deadline, stop,
                       fmt::format("/api/v1/nodes/http:{}:10256/proxy/healthz", name));
  });
}

// Where a user may have moved kube-proxy's port, ingot does not ask.
void add_services_step(plan::Plan& plan, Scaling& scaling, const std::string& name) {
  plan.add({.id = step_id(name, "services"),
            .title = "wait until services are reachable from " + name,
            .cause = "its pods are going to use them",
            .needs = {step_id(name, "ready")},
            .run = [&scaling, name](plan::StepContext& context) {
              wait_for_services(scaling, name, context.stop());
            }});
}

}  // namespace

void add_waiting_steps(plan::Plan& plan, Scaling& scaling) {
  for (const auto& name : scaling.starting) {
    add_ready_step(plan, scaling, name, "it is there, and takes no pods yet", {});
  }
  for (const auto& worker : scaling.coming) {
    add_ready_step(plan, scaling, worker.name, "only then pods come to it", {step_id(worker.name, "start")});
    if (scaling.facts.bootstrap == "native" && !scaling.facts.service_address.empty()) {
      add_services_step(plan, scaling, worker.name);
    }
  }
}

}  // namespace ingot::scale
