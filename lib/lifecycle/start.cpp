// SPDX-License-Identifier: Apache-2.0
// The plan of `cluster start`: the load balancer first, for its name must be known to kubelets; then all
// nodes at once, for no etcd member can do without the others; then everything that makes a cluster useful,
// watched.
#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/api_access.hpp"
#include "kube/wait.hpp"
#include "lifecycle/change.hpp"
#include "lifecycle/leases.hpp"
#include "lifecycle/node_shutdown.hpp"
#include "lifecycle/recovery.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace ingot::lifecycle {

namespace {

using nlohmann::json;

// A GET that needs the same rights as what comes next.
constexpr const char* kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
constexpr const char* kDns = "/apis/apps/v1/namespaces/kube-system/deployments/coredns";
constexpr const char* kDnsPods = "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-dns";
constexpr const char* kDnsSlices =
    "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices"
    "?labelSelector=kubernetes.io%2Fservice-name%3Dkube-dns";

void start(Change& change, Member& member, const std::stop_token& stop) {
  const auto& id = member.node.id;
  if (member.is_paused()) {
    change.host.resume(id, stop);
  } else if (!member.runs()) {
    change.host.start(id, stop);
  } else if (member.is_node()) {  // a stop that was killed leaves its kubelet stopped
    static_cast<void>(change.host.run(id, start_kubelet(), "", stop));
  }
  member.changed = member.node.state != "running";
  const auto info = change.host.inspect(id, stop);
  if (!info || info->state != "running") {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("'{}' ended as soon as it was started", member.node.name),
                       .cause = info ? info->error : "the container is gone",
                       .detail = info ? change.host.console(id, stop) : std::string()});
  }
  member.started = base::parse_rfc3339(info->started_at);
}

void add_start_step(plan::Plan& plan, Change& change, Member& member, std::vector<std::string> needs) {
  const bool runs = member.node.state == "running";
  const char* verb = runs ? "look after" : member.is_paused() ? "resume" : "start";
  plan.add(
      {.id = member.step("start"),
       .title = fmt::format("{} {}", verb, member.node.name),
       .cause = fmt::format("it is {}", member.node.state),
       .needs = std::move(needs),
       .run = [&change, &member](plan::StepContext& context) { start(change, member, context.stop()); }});
}

void add_api_step(plan::Plan& plan, Change& change, const Member& member, std::vector<std::string> started) {
  plan.add({.id = member.step("api"),
            .title = "wait for the API server of " + member.node.name,
            .cause = "everything else is told by it",
            .needs = std::move(started),
            .run = [&change, &member](plan::StepContext& context) {
              auto api = own_api(change, member, context.stop());
              kube::wait_for_api(*api, change.deadline, context.stop(), kLeases);
              release_stale_leases(*api, change.members, context.stop());
              if (&member == &change.members.front()) {
                change.api = std::move(api);
              }
            }});
}

void add_ready_step(plan::Plan& plan, Change& change, const Member& member, const std::string& api) {
  plan.add({.id = member.step("ready"),
            .title = fmt::format("wait until {} is Ready", member.node.name),
            .cause = "what the API tells is of the time before, until its kubelet has reported",
            .needs = {api, member.step("start")},
            .run = [&change, &member](plan::StepContext& context) {
              const Time started = member.started.value_or(Time());
              kube::waiting_until(fmt::format("node '{}' is Ready", member.node.name), [&] {
                kube::wait_for_object(
                    *change.api, "/api/v1/nodes/" + member.node.name,
                    [&](const json& node, std::string& seen) { return is_back(node, started, seen); },
                    change.deadline, context.stop());
              });
            }});
}

// Whoever runs none, or another one, is not made to wait for it.
bool wants_dns(Change& change, const std::stop_token& stop) {
  const auto deployment = change.api->get(kDns, stop);
  return deployment && deployment->value(json::json_pointer("/spec/replicas"), json(1)) != json(0);
}

void wait_for_dns(Change& change, const std::stop_token& stop) {
  std::vector<json> pods;
  const auto all_run = [&](const kube::Objects& found, std::string& seen) {
    seen =
        found.empty() ? "it has no pods yet" : "not all of its pods are ready since their nodes were started";
    pods.clear();
    for (const auto& [name, pod] : found) {
      pods.push_back(pod);
    }
    return found.empty()
               ? !wants_dns(change, stop)
               : std::ranges::all_of(pods, [&](const json& pod) { return runs_again(pod, change.members); });
  };
  kube::wait_for(*change.api, kDnsPods, all_run, change.deadline, stop);
  const auto lead_there = [&](const kube::Objects& found, std::string& seen) {
    seen = "its service still leads to the addresses of the time before";
    std::vector<json> slices;
    for (const auto& [name, slice] : found) {
      slices.push_back(slice);
    }
    return leads_to(slices, pods);
  };
  if (!pods.empty()) {
    kube::wait_for(*change.api, kDnsSlices, lead_there, change.deadline, stop);
  }
}

// kube-proxy says so itself, at the port where load balancers ask it, once its rules are those of the API.
// Only where ingot knows that it listens there.
void add_services_step(plan::Plan& plan, Change& change, const Member& member) {
  plan.add({.id = member.step("services"),
            .title = "wait until services are reachable from " + member.node.name,
            .cause = "a name server that nobody reaches is of no use",
            .needs = {"dns", member.step("ready")},
            .run = [&change, &member](plan::StepContext& context) {
              kube::waiting_until(fmt::format("services are reachable from '{}'", member.node.name), [&] {
                kube::wait_for_api(
                    *change.api, change.deadline, context.stop(),
                    fmt::format("/api/v1/nodes/http:{}:10256/proxy/healthz", member.node.name));
              });
            }});
}

void add_entrance_step(plan::Plan& plan, Change& change, const std::string& api) {
  plan.add({.id = "entrance",
            .title = "wait until the load balancer leads to the API",
            .cause = "users reach the cluster through it",
            .needs = {api},
            .run = [&change](plan::StepContext& context) {
              const auto& balancer = change.balancer()->node.name;
              const auto through =
                  cluster::make_api(cluster::read_access(change.host, change.members.front().node.name,
                                                         balancer, "admin.conf", context.stop()),
                                    balancer);
              kube::wait_for_api(*through, change.deadline, context.stop());
            }});
}

// kube-proxy can be left out, and with kubeadm's patches it may listen elsewhere.
bool knows_services(const Member& member) {
  const auto label = member.node.labels.find(std::string(node::kBootstrapLabel));
  return label != member.node.labels.end() && label->second == "native";
}

void add_waiting_steps(plan::Plan& plan, Change& change, const std::vector<std::string>& started) {
  for (const auto& member : change.members) {
    if (member.is_control_plane()) {
      add_api_step(plan, change, member, started);
    }
  }
  const std::string api = change.members.front().step("api");
  for (const auto& member : change.members) {
    if (member.is_node()) {
      add_ready_step(plan, change, member, api);
    }
  }
  plan.add({.id = "dns",
            .title = "wait until CoreDNS answers again",
            .cause = "a start ends when the cluster is useful",
            .needs = {api},
            .run = [&change](plan::StepContext& context) {
              kube::waiting_until("CoreDNS is available", [&] { wait_for_dns(change, context.stop()); });
            }});
  for (const auto& member : change.members) {
    if (member.is_node() && knows_services(member)) {
      add_services_step(plan, change, member);
    }
  }
  if (change.balancer() != nullptr) {
    add_entrance_step(plan, change, api);
  }
}

}  // namespace

plan::Plan plan_start(Change& change) {
  plan::Plan plan;
  std::vector<std::string> first;
  std::vector<std::string> control_planes;
  for (auto& member : change.members) {
    if (!member.is_node()) {
      add_start_step(plan, change, member, {});
      first.push_back(member.step("start"));
    }
  }
  for (auto& member : change.members) {
    if (member.is_node()) {
      add_start_step(plan, change, member, first);
    }
    if (member.is_control_plane()) {
      control_planes.push_back(member.step("start"));
    }
  }
  if (change.options.wait && !control_planes.empty()) {
    add_waiting_steps(plan, change, control_planes);
  }
  return plan;
}

}  // namespace ingot::lifecycle
