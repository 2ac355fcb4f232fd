// SPDX-License-Identifier: Apache-2.0
// The container in front of several control planes.
#include "base/error.hpp"
#include "cluster/api_access.hpp"
#include "cluster/creation.hpp"
#include "cluster/node_environment.hpp"
#include "cluster/ports.hpp"
#include "kube/wait.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cluster {

namespace {

node::NodeSpec common_spec(const Creation& creation) {
  return {.cluster = creation.spec.name,
          .network = creation.network,
          .uses_ipv6 = creation.network_wish().needs_ipv6,
          .env = balancer_environment(creation),
          .restart_policy = creation.options.restart_policy,
          .labels = {{std::string(node::kVersionLabel), creation.options.tool_version},
                     {std::string(node::kRunLabel), creation.run_id}}};
}

void create(Creation& creation, const std::stop_token& stop) {
  auto& balancer = *creation.balancer;
  hold_ports(creation, balancer);
  balancer.id = creation.host.create(to_node_spec(balancer, common_spec(creation)), creation.facts, {});
  base::check_stop(stop);
}

void start(Creation& creation, const std::stop_token& stop) {
  auto& balancer = *creation.balancer;
  boot::LoadBalancer files{.cluster = creation.spec.name, .name = balancer.name};
  files.has_ipv6 = creation.network_wish().needs_ipv6;
  for (const auto& node : creation.nodes) {
    if (node.control_plane) {
      files.servers.push_back({node.name, creation.addresses_pinned ? node.address : node.name});
    }
  }
  creation.endpoint = start_balancer(creation.host, balancer, files, stop);
}

void await_api(const Creation& creation, plan::StepContext& context) {
  try {
    const auto api = make_api(creation.admin, creation.entrance());
    kube::wait_for_api(*api, creation.deadline, context.stop());
  } catch (const base::Error& error) {
    auto failure = error.failure();
    failure.detail = creation.host.console(creation.balancer->id, context.stop());
    throw base::Error(std::move(failure));
  }
}

}  // namespace

PlannedBalancer choose_balancer(node::Host& host, const std::string& cluster,
                                std::vector<std::string>& missing, const std::stop_token& stop) {
  PlannedBalancer balancer{.program = boot::Balancer::envoy,
                           .name = cluster + "-external-load-balancer",
                           .image = std::string(boot::kEnvoyImage)};
  if (host.engine().inspect_image(balancer.image, stop)) {
    return balancer;
  }
  for (const auto& image : host.engine().list_images({std::string(boot::kHaproxyLabel)}, stop)) {
    if (!image.tags.empty()) {
      balancer.program = boot::Balancer::haproxy;
      balancer.image = image.tags.front();
      return balancer;
    }
  }
  missing.push_back(balancer.image);
  return balancer;
}

node::NodeSpec to_node_spec(const PlannedBalancer& balancer, node::NodeSpec common) {
  common.name = balancer.name;
  common.role = node::kLoadBalancerRole;
  common.image = balancer.image;
  common.address = balancer.pinned.ipv4;
  common.ipv6_address = balancer.pinned.ipv6;
  common.ports = balancer.ports;
  common.program = boot::load_balancer_command(balancer.program);
  common.stop_signal = boot::load_balancer_stop_signal(balancer.program);
  return common;
}

std::string start_balancer(node::Host& host, PlannedBalancer& balancer, const boot::LoadBalancer& files,
                           const std::stop_token& stop) {
  host.put_files(balancer.id, tar::pack(boot::load_balancer_files(balancer.program, files)), stop);
  balancer.held_ports.clear();
  host.start(balancer.id, stop);
  const auto info = host.inspect(balancer.id, stop);
  const auto endpoint = info ? published_endpoint(*info) : std::nullopt;
  if (!endpoint) {
    throw base::Error(
        {.code = base::ErrorCode::engine_refused,
         .message = fmt::format("the port of the load balancer '{}' is not published", balancer.name),
         .cause = info ? info->error : "the container is gone",
         .detail = info ? host.console(balancer.id, stop) : ""});
  }
  return *endpoint;
}

void add_load_balancer_steps(plan::Plan& plan, Creation& creation) {
  if (!creation.balancer) {
    return;
  }
  const auto& balancer = *creation.balancer;
  std::vector<std::string> needs = {"network", fmt::format("node/{}/create", creation.control_plane().name)};
  if (std::ranges::find(creation.missing_images, balancer.image) != creation.missing_images.end()) {
    needs.push_back("image/" + balancer.image);
  }
  plan.add({.id = "load-balancer/create",
            .title = "create load balancer " + balancer.name,
            .cause = "there are several control planes",
            .needs = std::move(needs),
            .run = [&creation](plan::StepContext& context) { create(creation, context.stop()); },
            .undo = remove_container(creation, balancer.name)});
  std::vector<std::string> before = {"load-balancer/create"};
  for (const auto& node : creation.nodes) {
    if (node.control_plane) {
      before.push_back(fmt::format("node/{}/start", node.name));
    }
  }
  plan.add({.id = "load-balancer/start",
            .title = "start load balancer " + balancer.name,
            .cause = "the doors of the control planes are there",
            .needs = std::move(before),
            .run = [&creation](plan::StepContext& context) { start(creation, context.stop()); }});
}

void add_load_balancer_readiness_step(plan::Plan& plan, Creation& creation) {
  if (!creation.balancer) {
    return;
  }
  plan.add({.id = "load-balancer/ready",
            .title = "wait until the load balancer leads to the API",
            .cause = "nodes and users reach it there",
            .needs = {"api"},
            .run = [&creation](plan::StepContext& context) { await_api(creation, context); }});
}

}  // namespace ingot::cluster
