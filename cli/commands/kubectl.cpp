// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "inner_command.hpp"
#include "parse.hpp"

namespace ingot::cli {

namespace {

struct Options {
  std::string cluster;
  std::vector<std::string> arguments;
};

int execute(const Options& options, Context& context) {
  if (options.arguments.empty()) {
    throw_usage("kubectl", "kubectl needs arguments after --");
  }
  const auto name = context.settings.get("cluster", options.cluster).value;
  return run_inner_command(
      context, [&](bool terminal, const session::Streams& streams, const session::Signals& signals) {
        return context.session().kubectl(name, options.arguments, terminal, streams, signals);
      });
}

}  // namespace

Command kubectl() {
  return {
      .path = "kubectl",
      .summary = "Run a cluster's own kubectl",
      .about =
          "Runs the kubectl of the cluster's control plane as its administrator: nothing needs to be "
          "installed here, and versions always match. What follows -- is kubectl's. Files are those of the "
          "node; use - and standard input instead. Exits as kubectl does, with 125 when it could not be run.",
      .examples = {{"ingot kubectl -- get pods --all-namespaces", "in the default cluster"},
                   {"ingot kubectl --cluster demo -- apply -f - < app.yaml", "from standard input"},
                   {"ingot kubectl -- exec -it deploy/app -- sh", "a shell in a pod"}},
      .see_also = "ingot cluster kubeconfig",
      .failure_code = exit_inner_failed,
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.value("--cluster", "NAME", "of the cluster", options->cluster).meaning = Meaning::cluster;
        flags.inner_command("ARGUMENT...", options->arguments);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
