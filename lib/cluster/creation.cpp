// SPDX-License-Identifier: Apache-2.0
#include "cluster/creation.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/image_choice.hpp"
#include "cluster/preconditions.hpp"
#include "config/cidr.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cluster {

namespace {

std::string describe(const std::vector<node::Node>& nodes) {
  const auto running = std::ranges::count(nodes, std::string("running"), &node::Node::state);
  return fmt::format("{} node{}, {} running", nodes.size(), nodes.size() == 1 ? "" : "s", running);
}

// A cluster whose create came to its end has a kubeconfig of its administrator on its control plane's disk
// and is marked so; one that was killed half-way is not.
[[noreturn]] void refuse_existing(node::Host& host, const std::string& name,
                                  const std::vector<node::Node>& nodes, const std::stop_token& stop) {
  const auto first = std::ranges::find(nodes, std::string(node::kControlPlaneRole), &node::Node::role);
  const bool by_ingot = first != nodes.end() && first->labels.contains(std::string(node::kVersionLabel));
  const bool complete = !by_ingot || host.read_file(first->id, std::string(kCompleteFile), stop).has_value();
  throw base::Error(
      {.code = base::ErrorCode::already_exists,
       .message = fmt::format("a cluster named '{}' exists already", name),
       .cause =
           fmt::format("{}{}", describe(nodes),
                       complete ? "" : "; it is being created, or an interrupted create left it unfinished"),
       .remedy = fmt::format("ingot cluster delete {}", name)});
}

Bootstrap choose_bootstrap(const config::ClusterSpec& spec, Bootstrap wanted, std::string& reason) {
  if (wanted != Bootstrap::automatic) {
    return wanted;
  }
  bool patched = !spec.kubeadm_patches.empty() || !spec.kubeadm_json6902_patches.empty();
  for (const auto& node : spec.nodes) {
    patched = patched || !node.kubeadm_patches.empty() || !node.kubeadm_json6902_patches.empty();
  }
  if (patched) {
    reason = "the cluster file patches kubeadm's configuration";
    return Bootstrap::kubeadm;
  }
  return Bootstrap::native;
}

void refuse_native_with_patches(const config::ClusterSpec& spec, Bootstrap chosen) {
  std::string reason;
  if (chosen == Bootstrap::native &&
      choose_bootstrap(spec, Bootstrap::automatic, reason) == Bootstrap::kubeadm) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = "the native bootstrap cannot apply patches to kubeadm's configuration",
                       .problems = {reason},
                       .remedy = "leave --bootstrap out, or choose kubeadm"});
  }
}

std::vector<PlannedNode> plan_nodes(const config::ClusterSpec& spec, const std::vector<std::string>& images) {
  const auto names = config::node_names(spec);
  std::vector<PlannedNode> nodes;
  for (const bool control_planes : {true, false}) {
    for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
      const bool control_plane = spec.nodes[i].role == config::Role::control_plane;
      if (control_plane == control_planes) {
        auto& node = nodes.emplace_back();
        node.spec = &spec.nodes[i];
        node.name = names[i];
        node.image = images[i];
        node.control_plane = control_plane;
      }
    }
  }
  return nodes;
}

}  // namespace

const std::string& Creation::entrance() const {
  return balancer ? balancer->name : control_plane().name;
}

std::string Creation::service_address() const {
  const auto subnets = base::split(spec.networking.service_subnet, ',');
  const auto subnet = config::parse_cidr(subnets.front());
  const auto address = subnet ? config::nth_address(*subnet, 1) : std::nullopt;
  return address ? config::to_text(*address) : std::string();
}

// As kind: the family of the first service subnet is the more important one.
std::vector<std::string> Creation::in_order(const node::Addresses& addresses) const {
  switch (spec.networking.ip_family) {
    case config::IpFamily::ipv4:
      return {addresses.ipv4};
    case config::IpFamily::ipv6:
      return {addresses.ipv6};
    case config::IpFamily::dual:
      break;
  }
  return base::is_ipv6(service_address()) ? std::vector{addresses.ipv6, addresses.ipv4}
                                          : std::vector{addresses.ipv4, addresses.ipv6};
}

node::NetworkWish Creation::network_wish() const {
  return {.name = network,
          .subnets = options.subnets,
          .needs_ipv6 = spec.networking.ip_family != config::IpFamily::ipv4};
}

Creation observe(node::Host& host, const config::ClusterSpec& spec, const CreateOptions& options,
                 bool engine_is_local, const std::stop_token& stop) {
  Creation creation{.host = host, .spec = spec, .options = options, .engine_is_local = engine_is_local};
  creation.deadline = base::Clock::now() + options.timeout;
  creation.run_id = node::new_run_id();
  if (const auto ttl = base::parse_duration(spec.ttl)) {
    creation.expires = base::to_rfc3339(std::chrono::system_clock::now() + *ttl);
  }
  const auto engine = host.info(stop);
  creation.facts = node::to_facts(engine);
  if (const auto existing = host.nodes(spec.name, stop); !existing.empty()) {
    refuse_existing(host, spec.name, existing, stop);
  }
  check_kernel(creation);
  creation.bootstrap = choose_bootstrap(spec, options.bootstrap, creation.bootstrap_reason);
  refuse_native_with_patches(spec, creation.bootstrap);
  creation.network = options.network.empty() ? "kind" : options.network;
  observe_network(creation, stop);
  const auto choice = choose_images(host, spec, options.image, stop);
  creation.missing_images = choice.missing;
  creation.nodes = plan_nodes(spec, choice.images);
  check_limits(creation, engine);
  if (creation.nodes.size() > 1 && creation.nodes[1].control_plane) {
    creation.balancer = choose_balancer(host, spec.name, creation.missing_images, stop);
  }
  return creation;
}

namespace {

void add_complete_step(plan::Plan& plan, Creation& creation) {
  std::vector<std::string> everything;
  for (const auto& step : plan.steps()) {
    everything.push_back(step.id);
  }
  plan.add({.id = "complete",
            .title = "mark the cluster as complete",
            .cause = "a later command tells it from an interrupted create",
            .needs = std::move(everything),
            .run = [&creation](plan::StepContext& context) {
              creation.host.put_files(creation.control_plane().id,
                                      tar::pack({{std::string(kCompleteFile), ""}}), context.stop());
            }});
}

}  // namespace

plan::Plan make_plan(Creation& creation) {
  plan::Plan plan;
  add_image_steps(plan, creation);
  add_network_step(plan, creation);
  if (creation.bootstrap == Bootstrap::native) {
    add_native_steps(plan, creation);
  } else {
    add_kubeadm_steps(plan, creation);
  }
  add_kubeconfig_step(plan, creation);
  add_readiness_steps(plan, creation);
  add_complete_step(plan, creation);
  return plan;
}

}  // namespace ingot::cluster
