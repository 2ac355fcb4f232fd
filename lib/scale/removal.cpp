// SPDX-License-Identifier: Apache-2.0
// Nodes go in an order in which an interruption leaves nothing that the next run does not find: closed,
// drained, a control plane's member of etcd, the container, then its Node.
#include "base/error.hpp"
#include "cluster/component_health.hpp"
#include "scale/routes.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace ingot::scale {

namespace {

using cluster::text_at;
using nlohmann::json;

// Whether it was open before.
bool close_node(Scaling& scaling, const std::string& name, bool is_closed, const std::stop_token& stop) {
  const auto path = node_path(name);
  const auto node = scaling.api->get(path, stop);
  if (!node) {
    return false;
  }
  const bool was_closed = node->value(json::json_pointer("/spec/unschedulable"), json(false)) == json(true);
  if (was_closed != is_closed) {
    scaling.api->patch(path, kube::PatchKind::merge,
                       {{"spec", {{"unschedulable", is_closed ? json(true) : json(nullptr)}}}}, stop);
  }
  return !was_closed;
}

void add_cordon_step(plan::Plan& plan, Scaling& scaling, const GoingNode& node) {
  const auto was_open = std::make_shared<bool>(false);
  plan.add({.id = step_id(node.name, "cordon"),
            .title = fmt::format("let no more pods onto {}", node.name),
            .cause = node.cause,
            .run =
                [&scaling, &node, was_open](plan::StepContext& context) {
                  *was_open = close_node(scaling, node.name, true, context.stop());
                },
            .undo =
                [&scaling, &node, was_open](const std::stop_token& stop) {
                  if (*was_open) {
                    close_node(scaling, node.name, false, stop);
                  }
                }});
}

// Every node that goes is closed first: pods would only move from one to the other.
void add_drain_step(plan::Plan& plan, Scaling& scaling, const GoingNode& node,
                    const std::vector<std::string>& closed) {
  plan.add({.id = step_id(node.name, "drain"),
            .title = "drain " + node.name,
            .cause = "its pods shall go on elsewhere",
            .needs = closed,
            .run = [&scaling, &node](plan::StepContext& context) { drain(scaling, node.name, context); }});
}

// The node cannot say any more that its pods have ended, and whoever makes them again waits for that.
void forget(Scaling& scaling, const std::string& name, const std::stop_token& stop) {
  scaling.api->remove(node_path(name), stop);
  const json pods = scaling.api->list("/api/v1/pods", stop, pods_query(name));
  for (const auto& pod : pods.at("items")) {
    scaling.api->remove_at_once(
        fmt::format("/api/v1/namespaces/{}/pods/{}", text_at(pod, {"metadata", "namespace"}),
                    text_at(pod, {"metadata", "name"})),
        stop);
  }
}

void add_end_steps(plan::Plan& plan, Scaling& scaling, GoingNode& node, std::vector<std::string> needs) {
  const auto cause = node.drains ? std::string("its pods are gone") : node.cause;
  if (!node.id.empty()) {
    plan.add({.id = step_id(node.name, "remove"),
              .title = "remove node " + node.name,
              .cause = cause,
              .needs = std::move(needs),
              .run = [&scaling, &node](plan::StepContext& context) {
                node.is_gone = true;  // whatever the engine answers
                scaling.host.remove(node.id, context.stop());
              }});
    needs = {step_id(node.name, "remove")};
  }
  plan.add(
      {.id = step_id(node.name, "forget"),
       .title = fmt::format("let the API forget {}", node.name),
       .cause = "its container is gone",
       .needs = std::move(needs),
       .run = [&scaling, &node](plan::StepContext& context) { forget(scaling, node.name, context.stop()); }});
}

}  // namespace

void add_removal_steps(plan::Plan& plan, Scaling& scaling) {
  std::vector<std::string> closed;
  for (const auto& node : scaling.going) {
    if (node.drains) {
      add_cordon_step(plan, scaling, node);
      closed.push_back(step_id(node.name, "cordon"));
    }
  }
  // Those whose pods are moved go when all have been: until then everything can be taken back.
  std::vector<std::string> drained;
  for (const auto& node : scaling.going) {
    if (node.drains) {
      add_drain_step(plan, scaling, node, closed);
      drained.push_back(step_id(node.name, "drain"));
    }
  }
  add_leaving_steps(plan, scaling, drained);
  std::vector<std::string> gone;
  for (auto& node : scaling.going) {
    auto before = node.is_remains ? std::vector<std::string>() : drained;
    if (!node.peer_url.empty()) {
      before = {step_id(node.name, "member")};
    }
    add_end_steps(plan, scaling, node, std::move(before));
    gone.push_back(step_id(node.name, "forget"));
  }
  add_forgetting_steps(plan, scaling, gone);
}

}  // namespace ingot::scale
