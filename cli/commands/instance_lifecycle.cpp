// SPDX-License-Identifier: Apache-2.0
// `instance stop`, `start` and `restart`.
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "instance_name.hpp"
#include "parse.hpp"

#include <fmt/format.h>

#include <optional>

namespace ingot::cli {

namespace {

using instance::Verb;

struct Options {
  Verb verb;
  std::vector<std::string> names;
  std::string timeout;
  std::string grace;
  std::optional<bool> wait;
  bool dry_run = false;
};

std::string path_of(Verb verb) {
  return "instance " + instance::to_text(verb);
}

instance::ChangeOptions to_options(const Options& options) {
  instance::ChangeOptions result{.wait = options.wait.value_or(true)};
  set_timeout(result.timeout, options.timeout);
  if (!options.grace.empty()) {
    result.grace = std::chrono::ceil<std::chrono::seconds>(to_duration({options.grace, "--grace"}, "time"));
  }
  return result;
}

int execute(const Options& options, Context& context) {
  static_cast<void>(one_instance(path_of(options.verb), options.names));
  const auto how = to_options(options);
  std::vector<instance::ChangeResult> results;
  std::string lines;
  for (const auto& name : options.names) {
    if (options.dry_run) {
      const auto plan = context.session().plan_change_instance(options.verb, name, how, context.stop());
      context.print(plan.empty() ? fmt::format("nothing to do for instance/{}\n", name) : plan);
      continue;
    }
    auto operation = context.operation(fmt::format("{} instance/{}", instance::to_text(options.verb), name));
    results.push_back(context.session().change_instance(options.verb, name, how, context.host.interrupts,
                                                        operation.events()));
    lines += fmt::format("instance/{} {}{}\n", name, results.back().changed ? "" : "was ",
                         instance::to_past(options.verb) + (results.back().changed ? "" : " already"));
  }
  if (!options.dry_run) {
    context.print(output::view_of(options.verb, results), lines);
  }
  return exit_done;
}

Command command_of(Verb verb, std::string summary, std::string about, std::vector<Example> examples,
                   std::string see_also) {
  return {.path = path_of(verb),
          .summary = std::move(summary),
          .about = std::move(about),
          .examples = std::move(examples),
          .see_also = std::move(see_also),
          .declare = [verb](Flags& flags) -> Action {
            auto options = std::make_shared<Options>(Options{.verb = verb});
            declare_instance(flags, options->names, kManyNames);
            flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
            if (verb != Verb::start) {
              flags.value("--grace", "DURATION",
                          "how long what runs in it may take to end before it is killed; 15s unless given",
                          options->grace);
            }
            if (verb != Verb::stop) {
              flags.choice("--wait", "until it has booted", options->wait);
            }
            flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s", options->timeout);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace

Command instance_stop() {
  return command_of(
      Verb::stop, "Stop instances, keeping everything",
      "Shuts the machine down as systemd does. Disk, address, ports and the containers inside stay; it "
      "stays stopped when the engine starts again. Interrupted, it runs again.",
      {{"ingot instance stop dev", "as a machine is shut down"},
       {"ingot instance stop dev --grace 1m", "for a database that takes its time"}},
      "ingot instance start, ingot instance delete");
}

Command instance_start() {
  return command_of(
      Verb::start, "Start instances that were stopped",
      "Returns when everything that they start at boot has started, containers inside that have a "
      "restart policy included. Address, SSH port and keys are those of before.",
      {{"ingot instance start dev", "returns when it is useful"},
       {"ingot instance start dev --no-wait", "returns when the container runs"}},
      "ingot instance stop, ingot instance status");
}

Command instance_restart() {
  return command_of(Verb::restart, "Stop instances and start them again",
                    "A stop, then a start; an instance that is stopped is only started.",
                    {{"ingot instance restart dev", "returns when it is useful again"},
                     {"ingot instance restart dev --dry-run", "what would be done"}},
                    "ingot instance stop, ingot instance start");
}

}  // namespace ingot::cli
