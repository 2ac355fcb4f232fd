// SPDX-License-Identifier: Apache-2.0
#include "scale/routes.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "boot/node_files.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::scale {

namespace {

// systemd reads it before kubelet starts (lib/boot/node_files.cpp writes it).
constexpr const char* kUnit = "/etc/systemd/system/kubelet.service.d/20-ingot.conf";

void run_in(Scaling& scaling, const Peer& peer, const std::string& commands, plan::StepContext& context) {
  if (commands.empty()) {
    return;
  }
  std::string problem;
  try {
    const auto result = scaling.host.run(peer.id, {"/bin/sh", "-c", commands}, "", context.stop());
    problem = result.exit_code == 0 ? "" : base::trim(result.output);
  } catch (const base::Error& error) {
    problem = error.failure().cause.empty() ? error.failure().message : error.failure().cause;
  }
  if (!problem.empty()) {
    context.warn(fmt::format("the routes of '{}' are left to its network's daemon: {}", peer.name, problem));
  }
}

std::vector<PodRoute> routes_to_new(const Scaling& scaling) {
  std::vector<PodRoute> routes;
  for (const auto& worker : scaling.coming) {
    for (const auto& cidr : worker.pod_cidrs) {
      routes.push_back({cidr, boot::address_of_family(worker.addresses, base::is_ipv6(cidr))});
    }
  }
  return routes;
}

}  // namespace

std::string commands_to_add(const std::vector<PodRoute>& routes) {
  std::vector<std::string> commands;
  for (const auto& [pod_cidr, via] : routes) {
    commands.push_back(fmt::format("ip route replace {} via {}", pod_cidr, via));
  }
  return base::join(commands, " && ");
}

std::string commands_to_drop(const std::vector<std::string>& pod_cidrs) {
  std::string commands;
  for (const auto& cidr : pod_cidrs) {
    const std::string pattern = base::replace_all(cidr, ".", "[.]");
    commands += fmt::format(
        "ip route del {} 2>/dev/null; "
        "[ ! -e {} ] || sed -i 's#ip route replace {} via [^;\"]*\\(; \\)\\{{0,1\\}}##' {}; ",
        cidr, kUnit, pattern, kUnit);
  }
  return commands;
}

void add_route_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs) {
  for (const auto& peer : scaling.peers) {
    if (!peer.runs || scaling.facts.cni.empty()) {
      continue;
    }
    plan.add({.id = step_id(peer.name, "routes"),
              .title = "tell " + peer.name + " the way to the new pods",
              .cause = "its network's daemon would look seconds later",
              .needs = needs,
              .run =
                  [&scaling, &peer](plan::StepContext& context) {
                    run_in(scaling, peer, commands_to_add(routes_to_new(scaling)), context);
                  },
              .undo =
                  [&scaling, &peer](const std::stop_token& stop) {
                    std::vector<std::string> cidrs;
                    for (const auto& route : routes_to_new(scaling)) {
                      cidrs.push_back(route.pod_cidr);
                    }
                    static_cast<void>(
                        scaling.host.run(peer.id, {"/bin/sh", "-c", commands_to_drop(cidrs)}, "", stop));
                  }});
  }
}

void add_forgetting_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs) {
  std::vector<std::string> cidrs;
  for (const auto& gone : scaling.going) {
    cidrs.insert(cidrs.end(), gone.pod_cidrs.begin(), gone.pod_cidrs.end());
  }
  for (const auto& peer : scaling.peers) {
    if (!peer.runs || cidrs.empty()) {
      continue;
    }
    plan.add({.id = step_id(peer.name, "forget-routes"),
              .title = "let " + peer.name + " forget the way to pods that are gone",
              .cause = "other nodes get their addresses",
              .needs = needs,
              .run = [&scaling, &peer, commands = commands_to_drop(cidrs)](plan::StepContext& context) {
                run_in(scaling, peer, commands, context);
              }});
  }
}

}  // namespace ingot::scale
