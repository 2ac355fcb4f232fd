// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/limits.hpp"

#include "base/error.hpp"
#include "cluster/lock.hpp"
#include "cluster/membership.hpp"
#include "config/quantity.hpp"
#include "kube/wait.hpp"
#include "lifecycle/change.hpp"
#include "lifecycle/kubelet_limits.hpp"
#include "node/limits.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <set>

namespace ingot::lifecycle {

namespace {

using config::Limits;
using nlohmann::json;

// In a node whose kubelet shall tell new limits, until it has.
constexpr const char* kChangeMark = "/kind/ingot-limits-change";

struct LimitedContainer {
  node::Node node;
  Limits before;
  Limits after;
  bool unfinished = false;  // whoever changed it before came to no end: kubelet may tell something else
  // Written by steps:
  bool kubelet_asked = false;
  Time restarted;  // whole seconds

  [[nodiscard]] bool runs() const { return node.state == "running"; }
  [[nodiscard]] bool changes() const { return unfinished || before != after; }
  // Kubelet is not interested in how many processes there may be.
  [[nodiscard]] bool shows() const {
    return runs() &&
           (unfinished || before.cpu_millis != after.cpu_millis || before.memory_bytes != after.memory_bytes);
  }
  [[nodiscard]] config::Role role() const {
    return node.role == node::kControlPlaneRole ? config::Role::control_plane : config::Role::worker;
  }
};

struct Limiting {
  node::Host& host;
  config::Machine machine;
  std::vector<LimitedContainer> targets;
  base::Clock::time_point deadline;
};

// An engine takes 0 for "as it is", so what shall be unlimited gets all that there is.
docker::Limits to_engine(const Limits& limits, const config::Machine& machine) {
  auto wanted = node::to_docker(limits);
  if (wanted.nano_cpus == 0) {
    wanted.nano_cpus = machine.cpus * 1'000'000'000;
  }
  if (wanted.memory_bytes == 0) {
    wanted.memory_bytes = machine.memory_bytes;
  }
  if (wanted.pids == 0) {
    wanted.pids = -1;
  }
  return wanted;
}

// All of the machine is no limit.
Limits normal(Limits limits, const config::Machine& machine) {
  if (limits.cpu_millis >= machine.cpus * 1000) {
    limits.cpu_millis = 0;
  }
  if (limits.memory_bytes >= machine.memory_bytes) {
    limits.memory_bytes = 0;
  }
  return limits;
}

LimitedContainer find(node::Host& host, const std::vector<node::Node>& nodes, const std::string& name,
                      const std::stop_token& stop) {
  const auto found = std::ranges::find(nodes, name, &node::Node::name);
  const auto info = found == nodes.end() ? std::nullopt : host.inspect(found->id, stop);
  if (!info) {
    throw cluster::no_such_node(name);
  }
  if (found->role == node::kLoadBalancerRole) {
    throw base::Error(base::ErrorCode::unsupported, fmt::format("'{}' cannot be limited", name),
                      "it is the cluster's load balancer, and no node");
  }
  if (found->state == "paused") {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("node '{}' cannot be limited", name),
                       .cause = "it is paused",
                       .remedy = "ingot cluster resume " + found->cluster});
  }
  LimitedContainer target{.node = *found, .before = node::from_docker(info->limits)};
  target.unfinished = target.runs() && host.read_file(found->id, kChangeMark, stop).has_value();
  return target;
}

// An engine would end processes, or refuse with words that nobody understands.
std::string less_than_used(node::Host& host, const LimitedContainer& target, const std::stop_token& stop) {
  const auto wanted = target.after.memory_bytes.value_or(0);
  if (!target.runs() || wanted == 0 || target.before.memory_bytes == wanted) {
    return {};
  }
  const auto used = static_cast<std::int64_t>(host.usage(target.node.id, stop).memory_bytes);
  return used < wanted ? ""
                       : fmt::format("{}: memory {}: it uses {} MiB now", target.node.name,
                                     config::to_memory_text(wanted), used >> 20);
}

Limiting observe(node::Host& host, const std::vector<std::string>& names, const Limits& limits,
                 std::chrono::milliseconds timeout, const std::stop_token& stop) {
  const auto engine = host.info(stop);
  Limiting limiting{.host = host,
                    .machine = {.cpus = engine.cpus, .memory_bytes = engine.memory_bytes},
                    .deadline = base::Clock::now() + timeout};
  const auto nodes = host.nodes("", stop);
  base::Failure failure{.code = base::ErrorCode::invalid_input, .message = "nodes cannot be limited so"};
  for (const auto& name : names) {
    if (std::ranges::find(limiting.targets, name, [](const LimitedContainer& one) {
          return one.node.name;
        }) != limiting.targets.end()) {
      continue;
    }
    auto target = find(host, nodes, name, stop);
    target.before = normal(target.before, limiting.machine);
    auto problems = config::problems_of(name, target.role(), limits, limiting.machine);
    target.after = normal(config::merged(target.before, limits), limiting.machine);
    if (auto problem = less_than_used(host, target, stop); !problem.empty()) {
      problems.push_back(std::move(problem));
    }
    std::ranges::move(problems, std::back_inserter(failure.problems));
    limiting.targets.push_back(std::move(target));
  }
  if (!failure.problems.empty()) {
    throw base::Error(std::move(failure));
  }
  return limiting;
}

// False: not now, for nobody answers who would plan with it.
bool wait_until_told(Limiting& limiting, const LimitedContainer& target, const std::stop_token& stop) {
  auto change = observe(limiting.host, {.cluster = target.node.cluster}, Options(), stop);
  if (!change.has_quorum()) {
    return false;
  }
  const auto running = std::ranges::find_if(change.members, [](const Member& member) {
    return member.is_control_plane() && member.node.state == "running";
  });
  const Expected expected{target.node.name, target.restarted, target.after, limiting.machine};
  const auto api = own_api(change, *running, stop);
  kube::wait_for_api(*api, limiting.deadline, stop);
  kube::waiting_until(fmt::format("node '{}' tells what it has", target.node.name), [&] {
    kube::wait_for_object(
        *api, "/api/v1/nodes/" + target.node.name,
        [&](const json& object, std::string& seen) { return tells_limits(object, expected, seen); },
        limiting.deadline, stop);
  });
  return true;
}

std::string describe(const Limits& limits) {
  const auto memory = limits.memory_bytes.value_or(0);
  const auto cpu = limits.cpu_millis.value_or(0);
  const auto pids = limits.pids.value_or(0);
  return fmt::format("cpu {}, memory {}, pids {}", cpu == 0 ? "all" : config::to_cpu_text(cpu),
                     memory == 0 ? "all" : config::to_memory_text(memory),
                     pids == 0 ? "unlimited" : std::to_string(pids));
}

// Before the engine knows of it: whoever is killed in between leaves the mark.
void prepare(Limiting& limiting, const LimitedContainer& target, const std::stop_token& stop) {
  auto files = node::limit_files();
  if (target.shows()) {
    files.push_back({kChangeMark, "By ingot: kubelet has yet to tell new limits.\n"});
  }
  limiting.host.put_files(target.node.id, tar::pack(files), stop);
}

void add_limit_step(plan::Plan& plan, Limiting& limiting, LimitedContainer& target, std::string id) {
  plan.add({.id = std::move(id),
            .title = fmt::format("limit {} to {}", target.node.name, describe(target.after)),
            .cause = target.unfinished ? "an earlier change of it did not come to its end"
                                       : fmt::format("it has {}", describe(target.before)),
            .run =
                [&](plan::StepContext& context) {
                  prepare(limiting, target, context.stop());
                  limiting.host.limit(target.node.id, to_engine(target.after, limiting.machine), {});
                  base::check_stop(context.stop());
                },
            .undo =
                [&](const std::stop_token& stop) {
                  limiting.host.limit(target.node.id, to_engine(target.before, limiting.machine), stop);
                  if (target.kubelet_asked) {  // not waited for: so the mark stays
                    static_cast<void>(restart_kubelet(limiting.host, target.node, stop));
                  }
                }});
}

void add_steps(plan::Plan& plan, Limiting& limiting, LimitedContainer& target) {
  const auto id = [&](std::string_view what) { return fmt::format("node/{}/{}", target.node.name, what); };
  add_limit_step(plan, limiting, target, id("limit"));
  if (!target.shows()) {
    return;
  }
  plan.add({.id = id("kubelet"),
            .title = "restart kubelet of " + target.node.name,
            .cause = "it looks at its machine only when it starts",
            .needs = {id("limit")},
            .run = [&](plan::StepContext& context) {
              target.kubelet_asked = true;
              target.restarted = restart_kubelet(limiting.host, target.node, context.stop());
            }});
  plan.add(
      {.id = id("shown"),
       .title = fmt::format("wait until {} tells what it has", target.node.name),
       .cause = "the scheduler plans with it",
       .needs = {id("kubelet")},
       .run = [&](plan::StepContext& context) {
         if (!wait_until_told(limiting, target, context.stop())) {
           context.mark("its cluster's API does not answer: it tells when that does");
           return;  // and the mark stays
         }
         static_cast<void>(limiting.host.run(target.node.id, {"rm", "-f", kChangeMark}, "", context.stop()));
       }});
}

plan::Plan make_plan(Limiting& limiting) {
  plan::Plan plan;
  for (auto& target : limiting.targets) {
    if (target.changes()) {
      add_steps(plan, limiting, target);
    }
  }
  return plan;
}

}  // namespace

namespace {

// Nodes neither go nor are copied while they are limited. In the order of the clusters' names: so no two
// changes wait for one another.
std::vector<std::unique_ptr<cluster::Lock>> lock_clusters(const Limiting& limiting, plan::EventSink& sink,
                                                          const std::stop_token& stop) {
  std::set<std::string> clusters;
  for (const auto& target : limiting.targets) {
    clusters.insert(target.node.cluster);
  }
  std::vector<std::unique_ptr<cluster::Lock>> locks;
  for (const auto& cluster : clusters) {
    locks.push_back(cluster::lock_nodes(limiting.host, cluster, sink, stop));
  }
  return locks;
}

}  // namespace

LimitResult set_limits(node::Host& host, const std::vector<std::string>& nodes, const config::Limits& limits,
                       const Options& options, const plan::Interrupts& interrupts, plan::EventSink& sink) {
  // What is wrong is told before anybody has to wait; afterwards things may be otherwise.
  const auto locks =
      lock_clusters(observe(host, nodes, limits, options.timeout, interrupts.stop), sink, interrupts.stop);
  auto limiting = observe(host, nodes, limits, options.timeout, interrupts.stop);
  const auto plan = make_plan(limiting);
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  const auto outcome = plan::execute(plan, {.verb = "limit", .subject = "node/" + nodes.front(), .width = 64},
                                     {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.failure) {
    base::Failure failure = *outcome.failure;
    failure.message = "nodes could not be limited: " + failure.message;
    throw base::Error(std::move(failure));
  }
  if (outcome.end != plan::Outcome::End::done && limit.has_passed()) {
    throw base::Error({.code = base::ErrorCode::timed_out,
                       .message = "nodes could not be limited in time",
                       .remedy = "run the same command again"});
  }
  if (outcome.end != plan::Outcome::End::done) {
    throw base::Cancelled();
  }
  LimitResult result{.elapsed = outcome.elapsed};
  for (const auto& target : limiting.targets) {
    result.nodes.push_back({.name = target.node.name,
                            .changed = target.changes(),
                            .cpu_millis = target.after.cpu_millis.value_or(0),
                            .memory_bytes = target.after.memory_bytes.value_or(0),
                            .pids = target.after.pids.value_or(0)});
  }
  return result;
}

std::string limits_plan_text(node::Host& host, const std::vector<std::string>& nodes,
                             const config::Limits& limits, const std::stop_token& stop) {
  auto limiting = observe(host, nodes, limits, Options().timeout, stop);
  return make_plan(limiting).to_text();
}

}  // namespace ingot::lifecycle
