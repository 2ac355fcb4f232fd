// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/limits.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/component_health.hpp"
#include "cluster/lock.hpp"
#include "cluster/membership.hpp"
#include "config/quantity.hpp"
#include "kube/wait.hpp"
#include "lifecycle/change.hpp"
#include "lifecycle/recovery.hpp"
#include "node/limits.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <set>

namespace ingot::lifecycle {

namespace {

using cluster::text_at;
using config::Limits;
using nlohmann::json;

struct LimitedContainer {
  node::Node node;
  Limits before;
  Limits after;
  // Written by steps:
  Time restarted;  // whole seconds

  [[nodiscard]] bool runs() const { return node.state == "running"; }
  [[nodiscard]] bool changes() const { return before != after; }
  // Kubelet is not interested in how many processes there may be.
  [[nodiscard]] bool shows() const {
    return runs() && (before.cpu_millis != after.cpu_millis || before.memory_bytes != after.memory_bytes);
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
  return {.node = *found, .before = node::from_docker(info->limits)};
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

// Whole seconds since the epoch, by the node's own clock.
Time moment_in(const std::string& output) {
  const auto line = base::trim(output);
  std::int64_t seconds = 0;
  std::from_chars(line.data(), line.data() + line.size(), seconds);
  return Time(std::chrono::seconds(seconds));
}

void restart_kubelet(Limiting& limiting, LimitedContainer& target, const std::stop_token& stop) {
  limiting.host.put_files(target.node.id, tar::pack(node::limit_files()), stop);
  const auto result = limiting.host.run(
      target.node.id, {"bash", "-c", "systemctl daemon-reload && systemctl restart kubelet && date +%s"}, "",
      stop);
  if (result.exit_code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("kubelet of '{}' could not be started anew", target.node.name),
                       .cause = fmt::format("exit code {}", result.exit_code),
                       .detail = result.output});
  }
  target.restarted = moment_in(result.output);
}

// What the new kubelet says of the machine. A report of the second in which it started may be its
// predecessor's.
bool shows_limits(const json& object, const LimitedContainer& target, const config::Machine& machine,
                  std::string& seen) {
  if (!cluster::is_back(object, target.restarted, seen)) {
    return false;
  }
  if (cluster::is_back(object, target.restarted + std::chrono::seconds(1), seen)) {
    return true;
  }
  const auto cpu = config::parse_cpu_millis(text_at(object, {"status", "capacity", "cpu"}));
  const auto memory = config::parse_memory_bytes(text_at(object, {"status", "capacity", "memory"}));
  const auto millis = target.after.cpu_millis.value_or(0);
  const auto cores = millis == 0 ? machine.cpus : (millis + 999) / 1000;
  const auto bytes = target.after.memory_bytes.value_or(0);
  seen = "its kubelet has not told its capacity yet";
  return cpu == cores * 1000 && memory &&
         (bytes == 0 ? machine.memory_bytes : bytes) / 1024 == *memory / 1024;
}

void wait_until_shown(Limiting& limiting, const LimitedContainer& target, const std::stop_token& stop) {
  auto change = observe(limiting.host, {.cluster = target.node.cluster}, Options(), stop);
  const auto ask = [&](const Member& control_plane) {
    const auto api = own_api(change, control_plane, stop);
    kube::wait_for_api(*api, limiting.deadline, stop);
    kube::waiting_until(fmt::format("node '{}' tells what it has", target.node.name), [&] {
      kube::wait_for_object(
          *api, "/api/v1/nodes/" + target.node.name,
          [&](const json& object, std::string& seen) {
            return shows_limits(object, target, limiting.machine, seen);
          },
          limiting.deadline, stop);
    });
  };
  const auto running = std::ranges::find_if(change.members, [](const Member& member) {
    return member.is_control_plane() && member.node.state == "running";
  });
  if (running != change.members.end()) {  // else there is nobody who plans with it
    ask(*running);
  }
}

std::string describe(const Limits& limits) {
  const auto memory = limits.memory_bytes.value_or(0);
  const auto cpu = limits.cpu_millis.value_or(0);
  const auto pids = limits.pids.value_or(0);
  return fmt::format("cpu {}, memory {}, pids {}", cpu == 0 ? "all" : config::to_cpu_text(cpu),
                     memory == 0 ? "all" : config::to_memory_text(memory),
                     pids == 0 ? "unlimited" : std::to_string(pids));
}

void add_steps(plan::Plan& plan, Limiting& limiting, LimitedContainer& target) {
  const auto id = [&](std::string_view what) { return fmt::format("node/{}/{}", target.node.name, what); };
  plan.add({.id = id("limit"),
            .title = fmt::format("limit {} to {}", target.node.name, describe(target.after)),
            .cause = fmt::format("it has {}", describe(target.before)),
            .run =
                [&](plan::StepContext& context) {
                  limiting.host.limit(target.node.id, to_engine(target.after, limiting.machine), {});
                  base::check_stop(context.stop());
                  if (!target.runs()) {
                    limiting.host.put_files(target.node.id, tar::pack(node::limit_files()), context.stop());
                  }
                },
            .undo =
                [&](const std::stop_token& stop) {
                  limiting.host.limit(target.node.id, to_engine(target.before, limiting.machine), stop);
                }});
  if (!target.shows()) {
    return;
  }
  plan.add({.id = id("kubelet"),
            .title = "restart kubelet of " + target.node.name,
            .cause = "it looks at its machine only when it starts",
            .needs = {id("limit")},
            .run = [&](plan::StepContext& context) { restart_kubelet(limiting, target, context.stop()); }});
  plan.add({.id = id("shown"),
            .title = fmt::format("wait until {} tells what it has", target.node.name),
            .cause = "the scheduler plans with it",
            .needs = {id("kubelet")},
            .run = [&](plan::StepContext& context) { wait_until_shown(limiting, target, context.stop()); }});
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
