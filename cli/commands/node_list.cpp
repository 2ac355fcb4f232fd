// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"

namespace ingot::cli {

namespace {

int execute(const std::vector<std::string>& names, Context& context) {
  const auto status = context.session().cluster_status(context.cluster_name(names), context.stop());
  context.print(output::node_view(status, context.wide(), context.moment()));
  return exit_done;
}

}  // namespace

Command node_list() {
  return {
      .path = "node list",
      .summary = "List the nodes of a cluster",
      .about =
          "Lists nodes and the load balancer, where there is one: role, state, version and address. Exits "
          "0 whatever the states are; ingot cluster status judges.",
      .examples = {{"ingot node list", "of the default cluster"},
                   {"ingot node list demo -o name", "only names, for scripts"}},
      .see_also = "ingot cluster status, ingot node add",
      .declare = [](Flags& flags) -> Action {
        auto names = std::make_shared<std::vector<std::string>>();
        flags.positional({.name = "CLUSTER",
                          .help = "its name",
                          .meaning = Meaning::cluster,
                          .limit = 1,
                          .target = names.get()});
        return [names](Context& context) { return execute(*names, context); };
      }};
}

Command node_list_alias() {
  auto command = node_list();
  command.path = "node ls";
  command.hidden = true;
  return command;
}

}  // namespace ingot::cli
