// SPDX-License-Identifier: Apache-2.0
#include "attach/attach.hpp"
#include "attach/changing.hpp"
#include "attach/lock.hpp"
#include "base/error.hpp"
#include "base/wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

namespace ingot::attach {

namespace {

struct Restoration {
  Changing changing;
  Reconciled result;
};

// As the catalogue has its devices now: a driver may be another, a device gone.
void renew(Restoration& one, const gpu::Catalogue& catalogue) {
  for (const auto& grant : one.changing.target.has.grants) {
    if (catalogue.registry.find(grant.device) == nullptr) {
      one.result.lost.push_back(grant.device);
      one.changing.going.push_back(grant.device);
    } else {
      one.changing.coming.push_back(grant.device);
    }
  }
  const auto& has = one.changing.target.has;
  auto& wish = one.changing.wish = to_hold(catalogue, one.changing.coming);
  wish.tells_kubelet = has.tells_kubelet;
  for (auto& grant : wish.grants) {
    grant.replicas = std::ranges::find(has.grants, grant.device, &cdi::Grant::device)->replicas;
  }
  one.result.devices = names_of(one.changing.wish.grants);
}

void restore(Restoration& one, const std::stop_token& stop) {
  auto& changing = one.changing;
  install_agent(changing, changing.wish.tells_kubelet, stop);
  const auto held = hold(changing, stop);
  one.result.changed = held.changed;
  if (!held.told) {
    one.result.problem = "its kubelet was not told in time";
  } else if (changing.api) {
    publish(*changing.api, changing.target.container.name, changing.target.has, changing.wish, stop);
  }
}

using Restorations = std::vector<std::unique_ptr<Restoration>>;

plan::Plan make_plan(const Restorations& found) {
  plan::Plan plan;
  for (const auto& one : found) {
    if (!one->result.problem.empty()) {
      continue;
    }
    plan.add({.id = one->changing.step("devices"),
              .title = fmt::format("give {} its devices again", one->result.node),
              .cause = "what the kernel was asked for ends with a restart",
              .run = [&one = *one](plan::StepContext& context) {
                one.changing.api = api_of(one.changing.host, one.changing.target, context.stop());
                restore(one, context.stop());
              }});
  }
  return plan;
}

std::vector<Target> chosen_targets(node::Host& host, const std::vector<std::string>& nodes,
                                   const std::stop_token& stop) {
  for (const auto& name : nodes) {
    if (!host.inspect(name, stop)) {
      throw no_such_target(name);
    }
  }
  auto targets = all_targets(host, stop);
  std::erase_if(targets, [&](const Target& target) {
    return !nodes.empty() && std::ranges::find(nodes, target.container.name) == nodes.end();
  });
  return targets;
}

Restorations observe(node::Host& host, const gpu::Catalogue& catalogue, const std::vector<std::string>& nodes,
                     const Options& options, const std::stop_token& stop) {
  Restorations found;
  for (auto& target : chosen_targets(host, nodes, stop)) {
    auto one = std::make_unique<Restoration>(Restoration{
        .changing = {.host = host, .options = options, .target = std::move(target)}, .result = {}});
    one->result.node = one->changing.target.container.name;
    one->result.subject = one->changing.target.subject();
    if (one->changing.target.container.state != "running") {
      one->result.problem = fmt::format("it is {}", one->changing.target.container.state);
    } else {
      renew(*one, catalogue);
    }
    found.push_back(std::move(one));
  }
  return found;
}

// Of all that run, in an order that is everybody's: who starts, attaches or detaches meanwhile is waited for.
std::vector<std::unique_ptr<cluster::Lock>> lock_all(node::Host& host, const std::vector<std::string>& nodes,
                                                     plan::EventSink& sink, const std::stop_token& stop) {
  std::map<std::string, Target> by_owner;  // of several nodes of a cluster any one
  for (auto& target : chosen_targets(host, nodes, stop)) {
    if (target.container.state == "running") {
      const auto owner = target.cluster.empty() ? target.subject() : target.cluster;
      by_owner.emplace(owner, std::move(target));
    }
  }
  std::vector<std::unique_ptr<cluster::Lock>> locks;
  for (const auto& [owner, target] : by_owner) {
    try {
      locks.push_back(lock_changes(host, target, sink, stop));
    } catch (const base::Error&) {  // NOLINT(bugprone-empty-catch): what runs nothing is told of by its step
    }
  }
  return locks;
}

}  // namespace

std::vector<Reconciled> reconcile(node::Host& host, const gpu::Roots& roots,
                                  const std::vector<std::string>& nodes, const Options& options,
                                  const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const auto catalogue = gpu::take_stock(roots, interrupts.stop);
  const auto locks = lock_all(host, nodes, sink, interrupts.stop);
  auto found = observe(host, catalogue, nodes, options, interrupts.stop);
  const auto plan = make_plan(found);
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  const auto outcome = plan::execute(plan, {.verb = "reconcile", .subject = "gpus", .keep_going = true},
                                     {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.failure) {
    throw base::Error(*outcome.failure);
  }
  if (outcome.end != plan::Outcome::End::done) {
    throw base::Cancelled();
  }
  std::vector<Reconciled> results;
  for (auto& one : found) {
    results.push_back(std::move(one->result));
  }
  return results;
}

std::string reconcile_plan_text(node::Host& host, const gpu::Roots& roots,
                                const std::vector<std::string>& nodes, const std::stop_token& stop) {
  return make_plan(observe(host, gpu::take_stock(roots, stop), nodes, Options(), stop)).to_text();
}

}  // namespace ingot::attach
