// SPDX-License-Identifier: Apache-2.0
// What a start waits for: everything that makes a cluster useful again, watched.
#include "cluster/api_access.hpp"
#include "cluster/component_health.hpp"
#include "kube/wait.hpp"
#include "lifecycle/change.hpp"
#include "lifecycle/leases.hpp"
#include "lifecycle/recovery.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::lifecycle {

namespace {

using cluster::is_back;
using nlohmann::json;

// A GET that needs the same rights as what comes next.
constexpr const char* kLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
constexpr const char* kDns = "/apis/apps/v1/namespaces/kube-system/deployments/coredns";
constexpr const char* kPods = "/api/v1/namespaces/kube-system/pods";
constexpr const char* kOfDns = "labelSelector=k8s-app%3Dkube-dns";
constexpr const char* kDnsService = "/api/v1/namespaces/kube-system/services/kube-dns";
constexpr const char* kDnsSlices =
    "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices"
    "?labelSelector=kubernetes.io%2Fservice-name%3Dkube-dns";

void add_api_step(plan::Plan& plan, Change& change, const Member& member, std::vector<std::string> started) {
  plan.add({.id = member.step("api"),
            .title = "wait for the API server of " + member.node.name,
            .cause = "everything else is told by it",
            .needs = std::move(started),
            .run = [&change, &member](plan::StepContext& context) {
              auto api = own_api(change, member, context.stop());
              kube::wait_for_api(*api, change.deadline, context.stop(), kLeases);
              release_stale_leases(*api, change.members, context.stop());
              if (&member == change.teller()) {
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
  bool any = false;
  const auto all_run = [&](const kube::Objects& found, std::string& seen) {
    seen =
        found.empty() ? "it has no pods yet" : "not all of its pods are ready since their nodes were started";
    any = !found.empty();
    return found.empty() ? !wants_dns(change, stop) : std::ranges::all_of(found, [&](const auto& pod) {
      return runs_again(pod.second, change.members);
    });
  };
  kube::wait_for(*change.api, fmt::format("{}?{}", kPods, kOfDns), all_run, change.deadline, stop);
  if (!any) {
    return;
  }
  const auto lead_there = [&](const kube::Objects& found, std::string& seen) {
    seen = "its service still leads to the addresses of the time before";
    std::vector<json> slices;
    for (const auto& [name, slice] : found) {
      slices.push_back(slice);
    }
    // As they are now: one may just have been made anew.
    const json pods = change.api->list(kPods, stop, kOfDns);
    return leads_to(slices, pods.at("items").get<std::vector<json>>());
  };
  kube::wait_for(*change.api, kDnsSlices, lead_there, change.deadline, stop);
  change.dns_address =
      cluster::text_at(change.api->get(kDnsService, stop).value_or(json()), {"spec", "clusterIP"});
}

// Whoever keeps the service's rules, their proof is an answer that only the cluster's own name server gives:
// no error, and with authority (RFC 1035, 4.1.1). kube-proxy's own word is none: it says that it is well as
// soon as it has made rules, which may still be those of the time before. A connection is none either:
// without rules it leaves the machine, and some networks answer for every name server. Each question is led
// to one of the pods by chance; ten answers in a row hardly miss one that is not there any more.
constexpr const char* kAsk = R"sh(exec {never}<> <(:)
domain=$(sed -n 's/^clusterDomain: *//p' /var/lib/kubelet/config.yaml | tr -d "\"'")
question='\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00'
IFS=. read -ra labels <<<"kubernetes.default.svc.${domain:-cluster.local}"
for label in "${labels[@]}"; do
  printf -v label '\\x%02x%s' "${#label}" "$label"
  question+=$label
done
question+='\x00\x00\x01\x00\x01'
ask() {
  exec {server}<>"/dev/udp/$1/53" || return
  # In one piece: bash itself would send each line on its own.
  printf "$question" | dd bs=512 iflag=fullblock status=none >&"$server"
  flags=$(timeout 1 head -c 4 <&"$server" | od -An -tx1 | tr -d ' ')
  exec {server}>&-
  ((${#flags} == 8)) || return
  flags=$((16#${flags:4:4}))
  (((flags & 0x8400) == 0x8400 && (flags & 0x000f) == 0))
}
for ((answers = 0; answers < 10; ++answers)); do
  ask "$1" 2>/dev/null && continue
  ((SECONDS < $2)) || exit 1
  answers=-1
  read -r -t 0.05 -u "$never" _
done)sh";

std::vector<std::string> ask_dns(const std::string& address, std::chrono::seconds limit) {
  return {"bash", "-c", kAsk, "ingot-ask", address, fmt::format("{}", limit.count())};
}

void wait_for_services(Change& change, const Member& member, plan::StepContext& context) {
  if (change.dns_address.empty() || change.dns_address == "None") {
    context.mark("there is no service of CoreDNS");
    return;
  }
  const auto left = std::chrono::ceil<std::chrono::seconds>(change.deadline - base::Clock::now());
  const auto result = change.host.run(member.node.id, ask_dns(change.dns_address, left), "", context.stop());
  if (result.exit_code != 0) {
    throw base::Error(
        base::ErrorCode::timed_out,
        fmt::format("timed out waiting until services are reachable from '{}'", member.node.name),
        fmt::format("no answer from {}: {}", change.dns_address, result.output));
  }
}

void add_services_step(plan::Plan& plan, Change& change, const Member& member,
                       std::vector<std::string> needs) {
  plan.add({.id = member.step("services"),
            .title = "wait until services are reachable from " + member.node.name,
            .cause = "a name server that nobody reaches is of no use",
            .needs = std::move(needs),
            .run = [&change, &member](plan::StepContext& context) {
              wait_for_services(change, member, context);
            }});
}

void add_entrance_step(plan::Plan& plan, Change& change, const std::string& api) {
  plan.add({.id = "entrance",
            .title = "wait until the load balancer leads to the API",
            .cause = "users reach the cluster through it",
            .needs = {api},
            .run = [&change](plan::StepContext& context) {
              const auto& balancer = change.balancer()->node.name;
              const auto through = cluster::admin_api(change.host, change.teller()->node.name, balancer,
                                                      balancer, context.stop());
              kube::wait_for_api(*through, change.deadline, context.stop());
            }});
}

}  // namespace

void add_waiting_steps(plan::Plan& plan, Change& change, const std::vector<std::string>& started) {
  for (const auto& member : change.members) {
    if (member.is_control_plane()) {
      add_api_step(plan, change, member, started);
    }
  }
  const std::string api = change.teller()->step("api");
  if (started.empty()) {
    add_api_step(plan, change, *change.teller(), {});
  }
  for (const auto& member : change.members) {
    if (member.is_node()) {
      add_ready_step(plan, change, member, api);
    }
  }
  // What pods were before their node was started says nothing.
  std::vector<std::string> before_dns = {api};
  for (const auto& member : change.members) {
    before_dns.push_back(member.step("start"));
  }
  plan.add({.id = "dns",
            .title = "wait until CoreDNS answers again",
            .cause = "a start ends when the cluster is useful",
            .needs = std::move(before_dns),
            .run = [&change](plan::StepContext& context) {
              kube::waiting_until("CoreDNS is available", [&] { wait_for_dns(change, context.stop()); });
            }});
  for (const auto& member : change.members) {
    if (member.is_node()) {
      add_services_step(plan, change, member, {"dns", member.step("ready")});
    }
  }
  // Who stayed must learn the addresses of pods that are back.
  for (const auto& other : change.others) {
    if (other.is_node() && other.node.state == "running") {
      add_services_step(plan, change, other, {"dns"});
    }
  }
  if (change.balancer() != nullptr) {
    add_entrance_step(plan, change, api);
  }
}

}  // namespace ingot::lifecycle
