// SPDX-License-Identifier: Apache-2.0
// `cluster stop`, `start`, `restart`, `pause` and `resume`: the same arguments, and the same way to tell what
// became of it.
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

constexpr std::size_t kManyNames = 1000;

struct Options {
  Verb verb;
  std::vector<std::string> names;
  std::string timeout;
  std::string grace;
  std::optional<bool> wait;
  bool all = false;
  bool dry_run = false;
};

lifecycle::Options to_options(const Options& options) {
  lifecycle::Options result{.wait = options.wait.value_or(true)};
  if (!options.timeout.empty()) {
    result.timeout = to_duration({options.timeout, "--timeout"}, "time limit");
  }
  if (!options.grace.empty()) {
    result.grace = to_duration({options.grace, "--grace"}, "time");
  }
  return result;
}

std::string line_of(const lifecycle::Result& result) {
  const std::string past = lifecycle::to_past(result.verb);
  return result.changed() ? fmt::format("cluster/{} {}\n", result.name, past)
                          : fmt::format("cluster/{} was {} already\n", result.name, past);
}

int print_plans(const Options& options, const std::vector<std::string>& names, Context& context) {
  for (const auto& name : names) {
    const auto plan = context.session().plan_change(options.verb, name, to_options(options), context.stop());
    context.print(plan.empty() ? fmt::format("nothing to do for cluster/{}\n", name) : plan);
  }
  return exit_done;
}

int execute(const Options& options, Context& context) {
  const std::string verb = lifecycle::to_text(options.verb);
  if (options.all && !options.names.empty()) {
    throw_usage("cluster " + verb, "--all and names exclude each other");
  }
  const auto how = to_options(options);
  const auto names = context.cluster_names(options.names, options.all);
  if (options.dry_run) {
    return print_plans(options, names, context);
  }
  std::vector<lifecycle::Result> results;
  std::string lines;
  for (const auto& name : names) {
    auto operation = context.operation(fmt::format("{} cluster/{}", verb, name));
    results.push_back(context.session().change_cluster(options.verb, name, how, context.host.interrupts,
                                                       operation.events()));
    lines += line_of(results.back());
  }
  context.print(output::view_of(options.verb, results), lines);
  return exit_done;
}

Command command_of(Verb verb, std::string summary, std::string about, std::vector<Example> examples,
                   std::string see_also) {
  return {.path = "cluster " + lifecycle::to_text(verb),
          .summary = std::move(summary),
          .about = std::move(about),
          .examples = std::move(examples),
          .see_also = std::move(see_also),
          .declare = [verb](Flags& flags) -> Action {
            auto options = std::make_shared<Options>(Options{.verb = verb});
            flags.positional({.name = "NAME",
                              .help = "of the clusters",
                              .meaning = Meaning::cluster,
                              .limit = kManyNames,
                              .target = &options->names});
            flags.toggle("--all", "every cluster of this engine", options->all);
            flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
            if (verb == Verb::stop || verb == Verb::restart) {
              flags.value("--grace", "DURATION",
                          "how long containers may take to end before they are killed; 2s unless given",
                          options->grace);
            }
            if (verb == Verb::start || verb == Verb::restart) {
              flags.choice("--wait", "until nodes are Ready, DNS answers and services are reachable",
                           options->wait);
            }
            flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s", options->timeout);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace

Command cluster_stop() {
  return command_of(
      Verb::stop, "Stop clusters, keeping everything",
      "Ends what runs in the nodes in order, then the nodes: containers get SIGTERM and have --grace to end, "
      "etcd ends by itself. Addresses, ports, volumes and all objects stay for the next start. A stopped "
      "cluster stays stopped when the engine or the machine starts again. Interrupted, it runs again.",
      {{"ingot cluster stop", "the default cluster"},
       {"ingot cluster stop demo --grace 30s", "for a database that takes its time"}},
      "ingot cluster start, ingot cluster pause");
}

Command cluster_start() {
  return command_of(
      Verb::start, "Start clusters that were stopped",
      "Starts the load balancer, where there is one, and all nodes at once, and returns when the cluster is "
      "useful again: every node Ready, CoreDNS available, services reachable. Also mends what an engine's or "
      "a "
      "machine's restart left half-way.",
      {{"ingot cluster start", "the default cluster"},
       {"ingot cluster start --all --no-wait", "return when the containers run"}},
      "ingot cluster stop, ingot cluster status");
}

Command cluster_restart() {
  return command_of(Verb::restart, "Stop clusters and start them again",
                    "A stop, then a start; a cluster that is stopped is only started.",
                    {{"ingot cluster restart demo", "returns when it is useful again"},
                     {"ingot cluster restart demo --dry-run", "what would be done, in which order"}},
                    "ingot cluster stop, ingot cluster start");
}

Command cluster_pause() {
  return command_of(Verb::pause, "Freeze clusters where they are",
                    "Every process of every node stops taking processor time and keeps its memory, until "
                    "resume. Connections stay open; whoever asks gets no answer meanwhile.",
                    {{"ingot cluster pause", "the default cluster"},
                     {"ingot cluster pause --all", "to have the processors for something else"}},
                    "ingot cluster resume, ingot cluster stop");
}

Command cluster_resume() {
  return command_of(Verb::resume, "Let paused clusters go on", "Thaws all nodes at once.",
                    {{"ingot cluster resume", "the default cluster"},
                     {"ingot cluster resume --all", "everything that was paused"}},
                    "ingot cluster pause");
}

}  // namespace ingot::cli
