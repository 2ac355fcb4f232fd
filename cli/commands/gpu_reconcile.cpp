// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "gpu_input.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::string timeout;
  bool dry_run = false;
};

std::string line_of(const attach::Reconciled& one) {
  if (!one.problem.empty()) {
    return fmt::format("{} left as it is: {}\n", one.subject, one.problem);
  }
  return fmt::format("{} {} {}\n", one.subject, one.changed ? "has again" : "still has",
                     one.devices.empty() ? "nothing" : base::join(one.devices, ", "));
}

int execute(const Options& options, Context& context) {
  attach::Options how;
  set_timeout(how.timeout, options.timeout);
  warn_of_other_machine(context);
  if (options.dry_run) {
    const auto plan =
        context.session().plan_reconcile(gpu_roots(context.host.environment), options.names, context.stop());
    context.print(plan.empty() ? "nothing to do\n" : plan);
    return exit_done;
  }
  auto operation = context.operation("reconcile gpus");
  const auto results = context.session().reconcile_devices(gpu_roots(context.host.environment), options.names,
                                                           how, context.host.interrupts, operation.events());
  std::string lines;
  bool is_whole = true;
  for (const auto& one : results) {
    lines += line_of(one);
    is_whole = is_whole && one.lost.empty();
    if (!one.lost.empty()) {
      context.warn(fmt::format("{} has lost {}: this machine has no such device any more", one.subject,
                               base::join(one.lost, ", ")));
    }
  }
  context.print(output::view_of(results), lines);
  return is_whole ? exit_done : exit_failed;
}

}  // namespace

Command gpu_reconcile() {
  return {
      .path = "gpu reconcile",
      .summary = "Give nodes and instances again the GPUs that they shall have",
      .about =
          "A restart of a node's container takes its devices away; ingot's own start and restart give them "
          "back, this does it after any other: a restart of the engine or the machine, a new driver, another "
          "division of a GPU. Devices that this machine does not have any more are taken from the node, "
          "told, and the exit code is 1.",
      .examples = {{"ingot gpu reconcile", "all nodes that have devices"},
                   {"ingot gpu reconcile demo-worker", "one of them"}},
      .see_also = "ingot gpu status",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "NODE",
                          .help = "a node or an instance",
                          .limit = kManyNames,
                          .target = &options->names});
        flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
        flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s; 1m unless given",
                    options->timeout);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
