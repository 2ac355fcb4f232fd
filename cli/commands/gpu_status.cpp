// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"

#include <algorithm>

namespace ingot::cli {

namespace {

int execute(const std::vector<std::string>& names, Context& context) {
  const auto statuses = context.session().device_status(names, context.stop());
  context.print(output::view_of(statuses));
  const bool is_absent = std::ranges::any_of(statuses, [](const auto& one) { return one.state == "absent"; });
  if (is_absent) {
    context.warn("devices are absent since a restart; try: ingot gpu reconcile");
  }
  return is_absent ? exit_failed : exit_done;
}

}  // namespace

Command gpu_status() {
  return {
      .path = "gpu status",
      .summary = "Show which node or instance has which GPUs, and which pods use them",
      .about =
          "Lists the devices of these nodes, or of all. A device is ready when pods can ask for it, given "
          "when another plugin is to offer it (gpu attach --plugin none), absent when the node was restarted "
          "by something else than ingot, and unknown when it does not run. REPLICAS pods can share it. Exits "
          "1 when one is absent.",
      .examples = {{"ingot gpu status", "of all nodes"},
                   {"ingot gpu status demo-worker -o json", "of one, for a program"}},
      .see_also = "ingot gpu list, ingot gpu reconcile",
      .declare = [](Flags& flags) -> Action {
        auto names = std::make_shared<std::vector<std::string>>();
        flags.positional(
            {.name = "NODE", .help = "a node or an instance", .limit = kManyNames, .target = names.get()});
        return [names](Context& context) { return execute(*names, context); };
      }};
}

}  // namespace ingot::cli
