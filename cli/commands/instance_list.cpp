// SPDX-License-Identifier: Apache-2.0
// `instance list` and `instance status`.
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "instance_name.hpp"

namespace ingot::cli {

Command instance_list() {
  return {.path = "instance list",
          .summary = "List instances",
          .about = "Every instance of this engine, running or not.",
          .examples = {{"ingot instance list", "names, states and addresses"},
                       {"ingot instance list -o wide", "with devices, image and container"}},
          .see_also = "ingot instance status, ingot instance run",
          .declare = [](Flags&) -> Action {
            return [](Context& context) {
              const auto instances = context.session().list_instances(context.stop());
              if (instances.empty() && context.for_people()) {
                context.say("no instances; ingot instance run NAME makes one");
              }
              context.print(output::view_of(instances, context.wide(), context.moment()));
              return exit_done;
            };
          }};
}

Command instance_status() {
  return {.path = "instance status",
          .summary = "Tell how an instance is",
          .about =
              "State, services that failed, address, ports, mounts, limits and what it uses now. Exits with "
              "1 unless it runs and nothing in it has failed.",
          .examples = {{"ingot instance status dev", "for people"},
                       {"ingot instance status dev -o json", "for programs"}},
          .see_also = "ingot instance list, ingot instance logs",
          .declare = [](Flags& flags) -> Action {
            auto names = std::make_shared<std::vector<std::string>>();
            declare_instance(flags, *names);
            return [names](Context& context) {
              const auto status =
                  context.session().instance_status(one_instance("instance status", *names), context.stop());
              context.print(output::view_of(status, context.moment()));
              return status.healthy() ? exit_done : exit_failed;
            };
          }};
}

}  // namespace ingot::cli
