// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  bool internal = false;
};

int execute(const Options& options, Context& context) {
  const auto name = context.cluster_name(options.names);
  context.print(context.session().cluster_kubeconfig(name, options.internal, context.stop()));
  return exit_done;
}

}  // namespace

Command cluster_kubeconfig() {
  return {.path = "cluster kubeconfig",
          .summary = "Print a cluster's kubeconfig",
          .about =
              "Prints a kubeconfig for the cluster's administrator. With --internal its server is the "
              "address that containers on the cluster's network reach.",
          .examples = {{"ingot cluster kubeconfig demo > demo.kubeconfig", "as a file of its own"},
                       {"ingot cluster kubeconfig demo --internal", "for a container on the same network"}},
          .see_also = "ingot cluster create --kubeconfig",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional({.name = "NAME",
                              .help = "of the cluster",
                              .meaning = Meaning::cluster,
                              .limit = 1,
                              .target = &options->names});
            flags.toggle("--internal", "for use inside the cluster's network", options->internal);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace ingot::cli
