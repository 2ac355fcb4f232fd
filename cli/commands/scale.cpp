// SPDX-License-Identifier: Apache-2.0
// `cluster scale`, `node add` and `node remove`: one change of a cluster's nodes, asked for in three ways.
#include "base/error.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "gpu_input.hpp"
#include "limit_input.hpp"
#include "parse.hpp"
#include "version.hpp"

#include <fmt/format.h>

#include <optional>

namespace ingot::cli {

namespace {

using scale::Verb;

constexpr int kMostNodes = 1000;
constexpr const char* kOfNewNodes = " of each new node; as others of its role have it unless given";

struct Options {
  Verb verb;
  std::vector<std::string> names;  // of the cluster, or of nodes
  std::string count;
  std::string control_planes;
  std::string role;
  std::string timeout;
  LimitInput limits;
  GpuInput gpus;
  std::optional<bool> wait;
  bool force = false;
  bool ignore_not_found = false;
  bool dry_run = false;
};

std::string path_of(Verb verb) {
  return verb == Verb::scale ? "cluster scale" : verb == Verb::add ? "node add" : "node remove";
}

bool is_control_plane(const std::string& role) {
  if (!role.empty() && role != "worker" && role != "control-plane") {
    throw_usage("node add", fmt::format("--role is 'worker' or 'control-plane', not '{}'", role));
  }
  return role == "control-plane";
}

scale::Request to_request(const Options& options, Context& context) {
  scale::Request request{.verb = options.verb};
  if (options.verb == Verb::remove) {
    if (options.names.empty()) {
      throw_usage(path_of(options.verb), "which node? Names are missing");
    }
    request.nodes = options.names;
    return request;
  }
  request.cluster = context.cluster_name(options.names);
  request.limits = to_limits(options.limits);
  if (options.verb == Verb::add) {
    const int count = options.count.empty() ? 1 : to_number(options.count, "--count", 1, kMostNodes);
    (is_control_plane(options.role) ? request.control_planes : request.workers) = count;
    return request;
  }
  if (options.count.empty() && options.control_planes.empty()) {
    throw_usage(path_of(options.verb), "--workers or --control-planes is missing: how many there shall be");
  }
  if (!options.count.empty()) {
    request.workers = to_number(options.count, "--workers", 0, kMostNodes);
  }
  if (!options.control_planes.empty()) {
    request.control_planes = to_number(options.control_planes, "--control-planes", 1, kMostNodes);
  }
  return request;
}

scale::Options to_options(const Options& options, const Context& context) {
  scale::Options result{.wait = options.wait.value_or(true),
                        .force = options.force,
                        .tool_version = std::string(kVersion),
                        .kubeconfig = context.kubeconfig_target("", true)};
  set_timeout(result.timeout, options.timeout);
  return result;
}

std::string lines_of(const scale::Result& result) {
  std::string lines;
  for (const auto& name : result.removed) {
    lines += fmt::format("node/{} removed\n", name);
  }
  for (const auto& name : result.added) {
    lines += fmt::format("node/{} added\n", name);
  }
  if (lines.empty()) {
    lines = fmt::format("cluster/{} has {} control plane{} and {} worker{} already\n", result.cluster,
                        result.control_planes, result.control_planes == 1 ? "" : "s", result.workers,
                        result.workers == 1 ? "" : "s");
  }
  return lines;
}

std::string opening_of(const Options& options, const scale::Request& request) {
  const auto verb = options.verb == Verb::scale ? "scale"
                    : options.verb == Verb::add ? "add to"
                                                : "remove from";
  return request.cluster.empty() ? fmt::format("remove node/{}", request.nodes.front())
                                 : fmt::format("{} cluster/{}", verb, request.cluster);
}

void give_gpus_to(const std::vector<std::string>& nodes, const Options& options, Context& context) {
  std::vector<attach::Wish> wishes;
  for (const auto& node : nodes) {
    if (auto wish = gpu_wish(options.gpus)) {
      wish->node = node;
      wishes.push_back(std::move(*wish));
    }
  }
  give_gpus(context, context.session().distribute_devices(gpu_roots(context.host.environment), wishes,
                                                          context.stop()));
}

int run(const Options& options, Context& context) {
  if (gpu_wish(options.gpus)) {  // refused before anything is made
    warn_of_other_machine(context);
  }
  const auto request = to_request(options, context);
  const auto how = to_options(options, context);
  if (options.dry_run) {
    const auto plan = context.session().plan_workers(request, how, context.stop());
    context.print(plan.empty() ? "nothing to do\n" : plan);
    return exit_done;
  }
  scale::Result result;
  {
    auto operation = context.operation(opening_of(options, request));
    result = context.session().change_workers(request, how, context.host.interrupts, operation.events());
  }
  give_gpus_to(result.added, options, context);
  context.print(output::view_of(result), lines_of(result));
  return exit_done;
}

int execute(const Options& options, Context& context) {
  try {
    return run(options, context);
  } catch (const base::Error& error) {
    if (!options.ignore_not_found || error.code() != base::ErrorCode::not_found) {
      throw;
    }
    context.say(error.failure().message);
    return exit_done;
  }
}

void declare_common(Flags& flags, Options& options) {
  flags.toggle("--dry-run", "print the plan and change nothing", options.dry_run);
  flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s; 2m unless given",
              options.timeout);
}

void declare_cluster(Flags& flags, Options& options) {
  flags.positional({.name = "CLUSTER",
                    .help = "its name",
                    .meaning = Meaning::cluster,
                    .limit = 1,
                    .target = &options.names});
  flags.choice("--wait", "until new nodes are Ready and services are reachable from them", options.wait);
}

void declare_force(Flags& flags, Options& options) {
  flags.toggle("--force", "without draining: pods end with their node, budgets are not asked", options.force);
}

}  // namespace

Command cluster_scale() {
  return {
      .path = "cluster scale",
      .summary = "Change how many nodes a cluster has",
      .about =
          "Adds workers, or drains and removes those with the highest numbers. New workers start at once and "
          "join natively, whoever made the cluster. Interrupted, it takes back what it can; run again, it "
          "finishes. With as many nodes as wanted nothing is done. Control planes come and go one after the "
          "other, as etcd wants it; what would cost etcd its quorum is refused. A cluster that was created "
          "with one gets a load balancer with the second, and kubelets, kube-proxy and your kubeconfig are "
          "led to it.",
      .examples = {{"ingot cluster scale demo --workers 5", "returns when all five are Ready"},
                   {"ingot cluster scale demo --control-planes 3",
                    "behind a load balancer, which is made where there is none"},
                   {"ingot cluster scale --workers 0 --dry-run", "what would be done, in which order"}},
      .see_also = "ingot node add, ingot node remove",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>(Options{.verb = Verb::scale});
        declare_cluster(flags, *options);
        flags.value("--workers", "N", "how many there shall be", options->count);
        flags.value("--control-planes", "N", "how many there shall be", options->control_planes);
        declare_limits(flags, options->limits, kOfNewNodes);
        declare_gpus(flags, options->gpus, " of each new node: all, or a number");
        declare_offering(flags, options->gpus, "--gpu-");
        declare_force(flags, *options);
        declare_common(flags, *options);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

Command node_add() {
  return {
      .path = "node add",
      .summary = "Add nodes to a cluster that runs",
      .about =
          "Makes workers like the cluster's first one, with the lowest free numbers, and returns when they "
          "are Ready. They get its image and its containerd and kubelet settings; labels, mounts and ports "
          "of a cluster file's nodes are those nodes' own. Images that were loaded are not loaded again.",
      .examples = {{"ingot node add", "one more in the default cluster"},
                   {"ingot node add demo --count 3", "three at once"},
                   {"ingot node add demo --role control-plane", "one more behind the load balancer"}},
      .see_also = "ingot node remove, ingot cluster scale",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>(Options{.verb = Verb::add});
        declare_cluster(flags, *options);
        flags.value("--count", "N", "how many; 1 unless given", options->count);
        flags.value("--role", "ROLE", "worker (unless given) or control-plane", options->role);
        declare_limits(flags, options->limits, kOfNewNodes);
        declare_gpus(flags, options->gpus, " of each new node: all, or a number");
        declare_offering(flags, options->gpus, "--gpu-");
        declare_common(flags, *options);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

Command node_remove() {
  return {
      .path = "node remove",
      .summary = "Drain nodes and remove them",
      .about =
          "Lets no more pods onto the nodes, evicts those that are there, and waits as long as pod "
          "disruption budgets ask for it; then container and Node go. DaemonSets' pods end with the node, "
          "and what pods kept in an emptyDir is lost. Pods without a controller are told, and nothing is "
          "removed. Where it fails or is interrupted before a container has gone, the nodes take pods again. "
          "A control plane leaves etcd and the load balancer first; what would cost etcd its quorum is "
          "refused.",
      .examples = {{"ingot node remove demo-worker2", "its cluster is known by its label"},
                   {"ingot node remove demo-worker2 demo-worker3 --force", "at once, pods end with them"}},
      .see_also = "ingot node add, ingot cluster scale",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>(Options{.verb = Verb::remove});
        flags.positional({.name = "NODE",
                          .help = "of one cluster",
                          .limit = static_cast<std::size_t>(kMostNodes),
                          .target = &options->names});
        declare_force(flags, *options);
        flags.toggle("--ignore-not-found", "a node that is not there is no failure",
                     options->ignore_not_found);
        declare_common(flags, *options);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
