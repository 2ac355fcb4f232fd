// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"
#include "version.hpp"

#include <fmt/format.h>

#include <optional>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::string kubeconfig;
  std::string timeout;
  std::optional<bool> wait;
  bool dry_run = false;
};

int execute(const Options& options, Context& context) {
  if (options.names.size() != 2) {
    throw_usage("cluster clone", "which cluster, and which name for the copy? Both are needed");
  }
  snapshot::CloneRequest request{.cluster = options.names[0],
                                 .name = options.names[1],
                                 .tool_version = std::string(kVersion),
                                 .wait = options.wait.value_or(true),
                                 .kubeconfig = context.kubeconfig_target(options.kubeconfig, true)};
  set_timeout(request.timeout, options.timeout);
  request.while_paused = [&] { return context.host.when_killed({"cluster", "resume", request.cluster}); };
  if (options.dry_run) {
    context.print(context.session().plan_clone(request, context.stop()));
    return exit_done;
  }
  auto operation = context.operation("clone cluster/" + request.cluster);
  const auto result = context.session().clone_cluster(request, context.host.interrupts, operation.events());
  context.print(output::view_of(result),
                fmt::format("cluster/{} cloned from cluster/{}\n", result.restored.cluster, request.cluster));
  return exit_done;
}

}  // namespace

Command cluster_clone() {
  return {.path = "cluster clone",
          .summary = "Make a copy of a cluster",
          .about =
              "A snapshot, restored under another name, and deleted. The first cluster goes on, after a "
              "moment in which its nodes stand still. The copy has objects and volumes as they were; its "
              "nodes, addresses, ports and certificates are its own, and its pods start anew. Both trust "
              "the same authority, so that what may use one may use the other. One control plane only.",
          .examples = {{"ingot cluster clone demo try-it", "to try something on the copy"},
                       {"ingot cluster clone demo try-it --dry-run", "what would be done, in which order"}},
          .see_also = "ingot cluster snapshot restore",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional({.name = "CLUSTER",
                              .help = "its name, and the name of the copy",
                              .meaning = Meaning::cluster,
                              .limit = 2,
                              .target = &options->names});
            flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
            flags.choice("--wait", "until nodes are Ready, DNS answers and services are reachable",
                         options->wait);
            flags.value("--kubeconfig", "FILE", "kubeconfig file to write", options->kubeconfig).meaning =
                Meaning::file;
            flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s", options->timeout);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace ingot::cli
