// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "gpu_input.hpp"

namespace ingot::cli {

namespace {

int execute(Context& context) {
  const auto& settings = context.settings;
  const auto report = context.session().doctor(
      {.image = settings.get("image").value, .network = settings.get("network").value},
      std::string(lookup(context.host.environment, "PATH")), gpu_roots(context.host.environment),
      context.stop());
  context.print(output::view_of(report, context.wide()));
  return report.healthy() ? exit_done : exit_environment;
}

}  // namespace

Command doctor() {
  return {.path = "doctor",
          .summary = "Check what clusters need from this machine",
          .about =
              "Looks at the engine, the kernel and the user's files, and names a remedy for each problem. "
              "Exits 0 when nothing stands in the way, 5 otherwise. It changes nothing.",
          .examples = {{"ingot doctor", "as a table"}, {"ingot doctor -o json", "for a program"}},
          .see_also = "ingot help environment",
          .declare = [](Flags&) -> Action { return execute; }};
}

}  // namespace ingot::cli
