// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "limit_input.hpp"
#include "parse.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  LimitInput limits;
  std::string timeout;
  bool dry_run = false;
};

int execute(const Options& options, Context& context) {
  if (options.names.empty()) {
    throw_usage("node set", "which node? Names are missing");
  }
  const auto limits = to_limits(options.limits);
  if (limits.empty()) {
    throw_usage("node set", "what of it? One of --cpus, --memory and --pids is needed");
  }
  lifecycle::Options how;
  set_timeout(how.timeout, options.timeout);
  if (options.dry_run) {
    const auto plan = context.session().plan_limits(options.names, limits, context.stop());
    context.print(plan.empty() ? "nothing to do\n" : plan);
    return exit_done;
  }
  auto operation = context.operation("limit node/" + options.names.front());
  const auto result =
      context.session().set_limits(options.names, limits, how, context.host.interrupts, operation.events());
  std::string lines;
  for (const auto& node : result.nodes) {
    lines += fmt::format("node/{} {}\n", node.name, node.changed ? "limited" : "was limited so already");
  }
  context.print(output::view_of(result), lines);
  return exit_done;
}

}  // namespace

Command node_set() {
  return {
      .path = "node set",
      .summary = "Change what nodes may use of the machine",
      .about =
          "Limits processors, memory and processes of nodes, or lifts the limits with 'none'; what is not "
          "given stays. The engine enforces it at once. Kubelet is started anew, for the scheduler to plan "
          "with it; pods go on. Nodes that do not run are limited from their next start on. Interrupted, the "
          "limits of before hold again.",
      .examples = {{"ingot node set demo-worker --cpus 1 --memory 2Gi", "returns when the cluster knows it"},
                   {"ingot node set demo-worker demo-worker2 --memory none", "all that the machine has"}},
      .see_also = "ingot cluster create, ingot node add, ingot node list",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "NODE", .help = "by name", .limit = kManyNames, .target = &options->names});
        declare_limits(flags, options->limits, " of each of the nodes, or none");
        flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
        flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s; 2m unless given",
                    options->timeout);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
