// SPDX-License-Identifier: Apache-2.0
// `stop`, `start`, `restart`, `pause` and `resume` of clusters, and the first three of nodes: the same
// arguments, and the same way to tell what became of it.
#include "base/error.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"

#include <fmt/format.h>

#include <optional>

namespace ingot::cli {

namespace {

using lifecycle::Verb;

struct Options {
  Verb verb;
  bool of_nodes = false;  // names are those of nodes
  std::vector<std::string> names;
  std::string timeout;
  std::string grace;
  std::optional<bool> wait;
  bool all = false;
  bool force = false;
  bool dry_run = false;
};

std::string path_of(Verb verb, bool of_nodes) {
  return (of_nodes ? "node " : "cluster ") + lifecycle::to_text(verb);
}

lifecycle::Options to_options(const Options& options) {
  lifecycle::Options result{.wait = options.wait.value_or(true), .force = options.force};
  set_timeout(result.timeout, options.timeout);
  if (!options.grace.empty()) {
    result.grace = to_duration({options.grace, "--grace"}, "time");
  }
  return result;
}

std::string line_of(Verb verb, const std::string& subject, bool changed) {
  const auto past = lifecycle::to_past(verb);
  return changed ? fmt::format("{} {}\n", subject, past) : fmt::format("{} was {} already\n", subject, past);
}

std::string lines_of(const lifecycle::Result& result, bool of_nodes) {
  if (!of_nodes) {
    return line_of(result.verb, "cluster/" + result.name, result.changed());
  }
  std::string lines;
  for (const auto& node : result.nodes) {
    lines += line_of(result.verb, "node/" + node.name, node.changed);
  }
  return lines;
}

// Nodes are changed together, clusters one after the other.
std::vector<lifecycle::Target> to_targets(const Options& options, Context& context) {
  if (options.of_nodes) {
    if (options.names.empty()) {
      throw_usage(path_of(options.verb, true), "which node? Names are missing");
    }
    return {{.nodes = options.names}};
  }
  if (options.all && !options.names.empty()) {
    throw_usage(path_of(options.verb, false), "--all and names exclude each other");
  }
  std::vector<lifecycle::Target> targets;
  for (auto& name : context.cluster_names(options.names, options.all)) {
    targets.push_back({.cluster = std::move(name)});
  }
  return targets;
}

std::string subject_of(const lifecycle::Target& target) {
  return target.nodes.empty() ? "cluster/" + target.cluster : "node/" + target.nodes.front();
}

int print_plans(const Options& options, const std::vector<lifecycle::Target>& targets, Context& context) {
  for (const auto& target : targets) {
    const auto plan =
        context.session().plan_change(options.verb, target, to_options(options), context.stop());
    context.print(plan.empty() ? fmt::format("nothing to do for {}\n", subject_of(target)) : plan);
  }
  return exit_done;
}

int execute(const Options& options, Context& context) {
  const auto how = to_options(options);
  const auto targets = to_targets(options, context);
  if (options.dry_run) {
    return print_plans(options, targets, context);
  }
  std::vector<lifecycle::Result> results;
  std::string lines;
  for (const auto& target : targets) {
    auto operation =
        context.operation(fmt::format("{} {}", lifecycle::to_text(options.verb), subject_of(target)));
    results.push_back(context.session().change_cluster(options.verb, target, how, context.host.interrupts,
                                                       operation.events()));
    lines += lines_of(results.back(), options.of_nodes);
  }
  context.print(
      options.of_nodes ? output::nodes_view_of(results.front()) : output::view_of(options.verb, results),
      lines);
  return exit_done;
}

void declare_names(Flags& flags, Options& options) {
  if (options.of_nodes) {
    flags.positional(
        {.name = "NODE", .help = "nodes of one cluster", .limit = kManyNames, .target = &options.names});
    return;
  }
  flags.positional({.name = "NAME",
                    .help = "of the clusters",
                    .meaning = Meaning::cluster,
                    .limit = kManyNames,
                    .target = &options.names});
  flags.toggle("--all", "every cluster of this engine", options.all);
}

void declare(Flags& flags, Options& options) {
  declare_names(flags, options);
  flags.toggle("--dry-run", "print the plan and change nothing", options.dry_run);
  if (options.verb == Verb::stop || options.verb == Verb::restart) {
    flags.value("--grace", "DURATION",
                "how long containers may take to end before they are killed; 2s unless given", options.grace);
  }
  if (options.of_nodes && options.verb == Verb::stop) {
    flags.toggle("--force", "even if the API cannot answer any more then", options.force);
  }
  if (options.verb == Verb::start || options.verb == Verb::restart) {
    flags.choice("--wait", "until nodes are Ready, DNS answers and services are reachable", options.wait);
  }
  flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s", options.timeout);
}

struct Words {
  std::string summary;
  std::string about;
  std::vector<Example> examples;
  std::string see_also;
};

Command command_of(Verb verb, bool of_nodes, Words words) {
  return {.path = path_of(verb, of_nodes),
          .summary = std::move(words.summary),
          .about = std::move(words.about),
          .examples = std::move(words.examples),
          .see_also = std::move(words.see_also),
          .declare = [verb, of_nodes](Flags& flags) -> Action {
            auto options = std::make_shared<Options>(Options{.verb = verb, .of_nodes = of_nodes});
            declare(flags, *options);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace

Command cluster_stop() {
  return command_of(
      Verb::stop, false,
      {"Stop clusters, keeping everything",
       "Ends what runs in the nodes in order, then the nodes: containers get SIGTERM and have --grace to "
       "end, etcd ends by itself. Addresses, ports, volumes and all objects stay for the next start. A "
       "stopped cluster stays stopped when the engine or the machine starts again. Interrupted, it runs "
       "again.",
       {{"ingot cluster stop", "the default cluster"},
        {"ingot cluster stop demo --grace 30s", "for a database that takes its time"}},
       "ingot cluster start, ingot cluster pause"});
}

Command cluster_start() {
  return command_of(
      Verb::start, false,
      {"Start clusters that were stopped",
       "Starts the load balancer, where there is one, and all nodes at once, and returns when the cluster is "
       "useful again: every node Ready, CoreDNS available, services reachable. Also mends what an engine's "
       "or a machine's restart left half-way.",
       {{"ingot cluster start", "the default cluster"},
        {"ingot cluster start --all --no-wait", "return when the containers run"}},
       "ingot cluster stop, ingot cluster status"});
}

Command cluster_restart() {
  return command_of(Verb::restart, false,
                    {"Stop clusters and start them again",
                     "A stop, then a start; a cluster that is stopped is only started.",
                     {{"ingot cluster restart demo", "returns when it is useful again"},
                      {"ingot cluster restart demo --dry-run", "what would be done, in which order"}},
                     "ingot cluster stop, ingot cluster start"});
}

Command cluster_pause() {
  return command_of(Verb::pause, false,
                    {"Freeze clusters where they are",
                     "Every process of every node stops taking processor time and keeps its memory, until "
                     "resume. Connections stay open; whoever asks gets no answer meanwhile.",
                     {{"ingot cluster pause", "the default cluster"},
                      {"ingot cluster pause --all", "to have the processors for something else"}},
                     "ingot cluster resume, ingot cluster stop"});
}

Command cluster_resume() {
  return command_of(Verb::resume, false,
                    {"Let paused clusters go on",
                     "Thaws all nodes at once.",
                     {{"ingot cluster resume", "the default cluster"},
                      {"ingot cluster resume --all", "everything that was paused"}},
                     "ingot cluster pause"});
}

Command node_stop() {
  return command_of(Verb::stop, true,
                    {"Stop nodes, keeping everything",
                     "As when a machine is shut down: containers get SIGTERM and have --grace to end, then "
                     "the node ends. Its pods are not moved before; ingot kubectl -- drain does that. A "
                     "control plane without which the API would not answer is only stopped with --force.",
                     {{"ingot node stop demo-worker", "its cluster is known by its label"},
                      {"ingot node stop demo-worker demo-worker2 --grace 30s", "both at once"}},
                     "ingot node start, ingot cluster stop"});
}

Command node_start() {
  return command_of(Verb::start, true,
                    {"Start nodes that were stopped",
                     "Returns when the nodes are Ready and services are reachable from them.",
                     {{"ingot node start demo-worker", "in a cluster that runs"},
                      {"ingot node start demo-control-plane2 --no-wait", "return when the container runs"}},
                     "ingot node stop, ingot cluster start"});
}

Command node_restart() {
  return command_of(Verb::restart, true,
                    {"Stop nodes and start them again",
                     "A stop, then a start; a node that is stopped is only started.",
                     {{"ingot node restart demo-worker", "returns when it is Ready again"},
                      {"ingot node restart demo-worker --dry-run", "what would be done, in which order"}},
                     "ingot node stop, ingot node start"});
}

}  // namespace ingot::cli
