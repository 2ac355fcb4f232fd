// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"

namespace ingot::cli {

namespace {

int execute(const std::vector<std::string>& names, Context& context) {
  const auto status = context.session().cluster_status(context.cluster_name(names), context.stop());
  context.print(output::view_of(status, context.wide(), context.moment()));
  return status.healthy() ? exit_done : exit_failed;
}

}  // namespace

Command cluster_status() {
  return {
      .path = "cluster status",
      .summary = "Show the health of a cluster",
      .about =
          "Shows nodes with what they use, and the parts of the control plane. Exits 0 when all is healthy, "
          "1 when something is not, 3 when there is no such cluster.",
      .examples = {{"ingot cluster status", "of the default cluster"},
                   {"ingot cluster status demo -o json", "for a program"}},
      .see_also = "ingot cluster list, ingot doctor",
      .declare = [](Flags& flags) -> Action {
        auto names = std::make_shared<std::vector<std::string>>();
        flags.positional({.name = "NAME",
                          .help = "of the cluster",
                          .meaning = Meaning::cluster,
                          .limit = 1,
                          .target = names.get()});
        return [names](Context& context) { return execute(*names, context); };
      }};
}

}  // namespace ingot::cli
