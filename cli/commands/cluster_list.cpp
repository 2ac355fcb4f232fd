// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"

namespace ingot::cli {

namespace {

int execute(Context& context) {
  const auto clusters = context.session().list_clusters(context.stop());
  context.print(output::view_of(clusters, context.wide(), context.moment()));
  if (clusters.empty() && context.for_people()) {
    context.say("no clusters");
  }
  return exit_done;
}

}  // namespace

Command cluster_list() {
  return {.path = "cluster list",
          .summary = "List clusters",
          .about = "Lists every cluster of the engine, also those that kind made and those that are stopped.",
          .examples = {{"ingot cluster list", "as a table"},
                       {"ingot cluster list -o name", "only names, for scripts"}},
          .see_also = "ingot cluster status",
          .declare = [](Flags&) -> Action { return execute; }};
}

Command cluster_list_alias() {
  auto command = cluster_list();
  command.path = "cluster ls";
  command.hidden = true;
  return command;
}

}  // namespace ingot::cli
