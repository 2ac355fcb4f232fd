// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"
#include "prompt.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::string older_than;
  std::string kubeconfig;
  std::string timeout;
  bool yes = false;
  bool dry_run = false;
};

cluster::PruneOptions to_options(const Options& options, const Context& context) {
  cluster::PruneOptions result{.kubeconfig = context.kubeconfig_target(options.kubeconfig, true)};
  if (!options.older_than.empty()) {
    result.older_than = to_duration({options.older_than, "--older-than"}, "age");
  }
  set_timeout(result.timeout, options.timeout);
  return result;
}

std::string lines_of(const std::vector<cluster::Remnant>& remnants) {
  std::string lines;
  for (const auto& one : remnants) {
    lines += fmt::format("{}/{}: {}\n", one.type, one.name, one.reason);
  }
  return lines;
}

std::string removed_lines(const std::vector<cluster::Remnant>& removed) {
  std::string lines;
  for (const auto& one : removed) {
    lines += fmt::format("{}/{} removed\n", one.type, one.name);
  }
  return lines;
}

int execute(const Options& options, Context& context) {
  if (!options.yes && !options.dry_run && !can_ask(context)) {
    throw_usage("prune", "removing needs --yes when nobody can be asked");
  }
  const auto how = to_options(options, context);
  const auto found = context.session().find_remnants(how, context.stop());
  if (options.dry_run || found.empty()) {
    context.print(output::view_of(found), lines_of(found));
    if (found.empty() && context.for_people()) {
      context.say("nothing to remove");
    }
    return exit_done;
  }
  if (!options.yes) {
    context.host.err.write("this will be removed:\n" + lines_of(found));
    if (!confirm(context, "remove?")) {
      context.say("nothing was removed");
      return exit_failed;
    }
  }
  std::vector<cluster::Remnant> removed;
  {
    auto operation = context.operation("prune engine");
    removed = context.session().prune(found, how, context.host.interrupts, operation.events());
  }
  context.print(output::view_of(removed), removed_lines(removed));
  return exit_done;
}

}  // namespace

Command prune() {
  return {
      .path = "prune",
      .summary = "Remove what killed runs and deleted clusters left",
      .about =
          "Finds nodes of clusters that have no control plane or were never finished, containers of errands "
          "that nobody waits for, networks that ingot made and no container is on, files of snapshots that "
          "were never finished, and kubeconfig contexts kind-... of clusters that are gone. Says what it "
          "found and asks. What carries no label of "
          "ingot's or kind's is left alone, and so is what is younger than --older-than.",
      .examples = {{"ingot prune", "asks first, on a terminal"},
                   {"ingot prune --older-than 10m --yes", "for a machine that runs tests"}},
      .see_also = "ingot cluster delete --expired, ingot doctor",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.value("--older-than", "DURATION", "age of what may go; 1h unless given", options->older_than);
        flags.toggle("-y,--yes", "do not ask", options->yes);
        flags.toggle("--dry-run", "print what would go and change nothing", options->dry_run);
        flags.value("--kubeconfig", "FILE", "kubeconfig file to clean", options->kubeconfig).meaning =
            Meaning::file;
        flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s", options->timeout);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
