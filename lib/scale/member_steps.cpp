// SPDX-License-Identifier: Apache-2.0
// Steps by which control planes enter and leave what they share: etcd, one after the other, for it takes in
// the next only when the last one is well; and the load balancer.
#include "base/error.hpp"
#include "cluster/api_access.hpp"
#include "kube/wait.hpp"
#include "scale/balancer.hpp"
#include "scale/etcd.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::scale {

namespace {

constexpr const char* kLeaderStep = "etcd/leader";
constexpr const char* kBalancerStep = "load-balancer";

Etcd etcd_of(Scaling& scaling) {
  return {scaling.host, scaling.facts.control_plane_id};
}

void lead(Scaling& scaling, const std::vector<boot::ApiServer>& servers, const std::stop_token& stop) {
  auto wanted = scaling.balancer;
  wanted.servers = servers;
  lead_to(scaling.host, scaling.balancer_id, wanted, stop);
}

// Whom the load balancer led to, without those that nothing brings back.
std::vector<boot::ApiServer> still_there(const Scaling& scaling) {
  auto servers = scaling.balancer.servers;
  std::erase_if(servers, [&](const boot::ApiServer& server) {
    const auto going = std::ranges::find(scaling.going, server.name, &GoingNode::name);
    return going != scaling.going.end() && going->is_gone;
  });
  return servers;
}

void add_balancer_step(plan::Plan& plan, Scaling& scaling, std::string cause,
                       std::vector<std::string> needs) {
  if (!scaling.has_balancer()) {
    return;
  }
  plan.add(
      {.id = kBalancerStep,
       .title = "tell the load balancer where the API servers are",
       .cause = std::move(cause),
       .needs = std::move(needs),
       .run = [&scaling](plan::StepContext& context) { lead(scaling, scaling.api_servers, context.stop()); },
       .undo = [&scaling](const std::stop_token& stop) { lead(scaling, still_there(scaling), stop); }});
}

// Its own API server, whoever leads to it later.
void wait_for_own_api(Scaling& scaling, const NewNode& node, const std::stop_token& stop) {
  kube::waiting_until(fmt::format("the API server of '{}' answers", node.name), [&] {
    const auto api = cluster::admin_api(scaling.host, node.name, node.name, node.name, stop);
    kube::wait_for_api(*api, scaling.deadline, stop);
  });
}

// The step after which etcd takes in another member; empty: none is in front.
std::string before_next(const Scaling& scaling, const NewNode& node) {
  std::string before;
  for (const auto& other : scaling.coming) {
    if (other.name == node.name) {
      break;
    }
    before = other.control_plane ? step_id(other.name, "promote") : before;
  }
  return before;
}

}  // namespace

void add_leaving_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs) {
  if (!scaling.strays.empty()) {
    plan.add({.id = "etcd/strays",
              .title = "remove members of etcd that are gone",
              .cause = "an interrupted change left them",
              .run = [&scaling](plan::StepContext& context) {
                for (const auto& url : scaling.strays) {
                  etcd_of(scaling).remove(url, context.stop());
                }
              }});
  }
  const auto counts = [](const GoingNode& node) { return node.control_plane && !node.is_remains; };
  const bool any_goes = std::ranges::any_of(scaling.going, counts);
  if (any_goes || (scaling.balancer_is_behind && !scaling.adds_control_planes())) {
    add_balancer_step(plan, scaling,
                      any_goes ? "API servers are about to end" : "an interrupted change left it behind",
                      needs);
  }
  auto before = needs;
  if (any_goes) {
    if (scaling.has_balancer()) {
      before = {kBalancerStep};
    }
    plan.add({.id = kLeaderStep,
              .title = fmt::format("let the etcd of {} lead", scaling.facts.control_plane),
              .cause = "when a leader goes, requests are lost until there is another",
              .needs = before,
              .run = [&scaling](plan::StepContext& context) {
                etcd_of(scaling).lead(scaling.deadline, context.stop());
              }});
    before = {kLeaderStep};
  }
  for (auto& node : scaling.going) {
    if (node.peer_url.empty()) {
      continue;
    }
    plan.add({.id = step_id(node.name, "member"),
              .title = fmt::format("take {} out of etcd", node.name),
              .cause = node.cause,
              .needs = before,
              .run = [&scaling, &node](plan::StepContext& context) {
                node.is_gone = true;  // whatever etcd answers
                etcd_of(scaling).remove(node.peer_url, context.stop());
              }});
    before = {step_id(node.name, "member")};
  }
}

void add_member_step(plan::Plan& plan, Scaling& scaling, NewNode& node, std::vector<std::string> needs) {
  if (auto before = before_next(scaling, node); !before.empty()) {
    needs.push_back(std::move(before));
  }
  if (!scaling.strays.empty()) {
    needs.emplace_back("etcd/strays");
  }
  for (const auto& left : scaling.going) {
    if (!left.peer_url.empty()) {
      needs.push_back(step_id(left.name, "member"));
    }
  }
  plan.add({.id = step_id(node.name, "member"),
            .title = fmt::format("announce {} to etcd", node.name),
            .cause = "its etcd may only join when the others know it",
            .needs = std::move(needs),
            .run =
                [&scaling, &node](plan::StepContext& context) {
                  node.etcd_members = initial_cluster(
                      etcd_of(scaling).add_learner(node.peer_url(), scaling.deadline, context.stop()),
                      node.name);
                },
            .undo = [&scaling, &node](
                        const std::stop_token& stop) { etcd_of(scaling).remove(node.peer_url(), stop); }});
}

void add_promotion_steps(plan::Plan& plan, Scaling& scaling, NewNode& node) {
  plan.add({.id = step_id(node.name, "promote"),
            .title = fmt::format("let the etcd of {} count", node.name),
            .cause = "it has everything that the others have",
            .needs = {step_id(node.name, "start")},
            .run = [&scaling, &node](plan::StepContext& context) {
              etcd_of(scaling).promote(node.peer_url(), scaling.deadline, context.stop());
            }});
  plan.add({.id = step_id(node.name, "api"),
            .title = "wait for the API server of " + node.name,
            .cause = "only then users may be led to it",
            .needs = {step_id(node.name, "promote")},
            .run = [&scaling, &node](plan::StepContext& context) {
              wait_for_own_api(scaling, node, context.stop());
            }});
}

void add_entrance_step(plan::Plan& plan, Scaling& scaling) {
  std::vector<std::string> answering;
  for (const auto& node : scaling.coming) {
    if (node.control_plane) {
      answering.push_back(step_id(node.name, "api"));
      scaling.api_servers.push_back({.name = node.name, .host = node.addresses.front()});
    }
  }
  if (!answering.empty()) {
    add_balancer_step(plan, scaling, "there are more API servers", answering);
  }
}

std::vector<std::string> after_entrance(const plan::Plan& plan, std::vector<std::string> otherwise) {
  const bool is_told = std::ranges::find(plan.steps(), kBalancerStep, &plan::Step::id) != plan.steps().end();
  return is_told ? std::vector<std::string>{kBalancerStep} : std::move(otherwise);
}

}  // namespace ingot::scale
