// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "gpu/nvml.hpp"
#include "gpu_input.hpp"

namespace ingot::cli {

namespace {

int execute(Context& context) {
  const auto listing = context.session().list_devices(gpu_roots(context.host.environment), context.stop());
  context.print(output::view_of(listing, context.wide()));
  warn_of_other_machine(context);
  for (const auto& problem : listing.problems) {
    context.warn(problem);
  }
  if (!listing.no_engine.empty()) {
    context.warn("which nodes have devices is unknown: " + listing.no_engine);
  }
  if (listing.devices.empty() && context.for_people()) {
    context.say("this machine has no device to give; docs/gpus.md shows how to try it without one");
  }
  return exit_done;
}

}  // namespace

Command gpu_list() {
  return {
      .path = "gpu list",
      .summary = "List the GPUs of this machine, and who has them",
      .about =
          "Lists what can be given to nodes: NVIDIA's GPUs and MIG devices, AMD's, Intel's, and whatever CDI "
          "files describe. Nothing of a vendor's but the driver is needed. GPUs that cannot be given are "
          "listed with the reason.",
      .examples = {{"ingot gpu list", "names as gpu attach takes them"},
                   {"ingot gpu list -o wide", "with driver, UUID, NUMA node and where it is described"}},
      .see_also = "ingot gpu attach, ingot gpu status",
      .declare = [](Flags&) -> Action { return execute; }};
}

Command gpu_list_alias() {
  auto command = gpu_list();
  command.path = "gpu ls";
  command.hidden = true;
  return command;
}

Command hidden_nvml() {
  return {.path = "__nvml",
          .summary = "Print what NVIDIA's library says",
          .hidden = true,
          .declare = [](Flags& flags) -> Action {
            auto paths = std::make_shared<std::vector<std::string>>();
            flags.positional(
                {.name = "LIBRARY", .help = "instead of the usual ones", .limit = 1, .target = paths.get()});
            return [paths](Context& context) {
              context.print(gpu::nvml_report(paths->empty() ? gpu::nvml_paths() : *paths));
              return static_cast<int>(exit_done);
            };
          }};
}

}  // namespace ingot::cli
