// SPDX-License-Identifier: Apache-2.0
// `gpu attach` and `gpu detach`: one change, in two directions.
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "gpu_input.hpp"
#include "parse.hpp"

#include <fmt/format.h>

#include <optional>

namespace ingot::cli {

namespace {

struct Options {
  attach::Verb verb = attach::Verb::attach;
  std::vector<std::string> words;  // the node, then devices
  GpuInput offering;               // no GPUs: `words` has them
  std::optional<bool> wait;
  std::string timeout;
  bool force = false;
  bool dry_run = false;
};

std::string word_of(attach::Verb verb) {
  return verb == attach::Verb::attach ? "attach" : "detach";
}

std::string lines_of(const attach::Result& result) {
  std::string lines;
  if (result.changed_plugin) {
    lines = fmt::format("{} {}\n", result.subject,
                        result.own_plugin ? "offers its devices to pods"
                                          : "leaves it to another plugin to offer its devices to pods");
  } else if (result.changed.empty()) {
    lines = fmt::format("{} has them already\n", result.subject);
  }
  for (const auto& device : result.changed) {
    lines += fmt::format("{} {} {}\n", result.subject,
                         result.verb == attach::Verb::attach ? "has" : "has no more", device);
  }
  return lines;
}

int execute(const Options& options, Context& context) {
  const auto path = "gpu " + word_of(options.verb);
  if (options.words.size() < 2) {
    throw_usage(
        path, options.words.empty() ? "which node? Its name is missing" : "which devices? Names are missing");
  }
  const attach::Request request{.verb = options.verb,
                                .node = options.words.front(),
                                .devices = {options.words.begin() + 1, options.words.end()},
                                .offering = read_offering(options.offering)};
  attach::Options how{.force = options.force, .wait = options.wait.value_or(true)};
  set_timeout(how.timeout, options.timeout);
  const auto roots = gpu_roots(context.host.environment);
  if (options.verb == attach::Verb::attach) {
    warn_of_other_machine(context);
  }
  if (options.dry_run) {
    const auto plan = context.session().plan_devices(roots, request, how, context.stop());
    context.print(plan.empty() ? "nothing to do\n" : plan);
    return exit_done;
  }
  const auto subject = context.session().device_subject(request.node, context.stop());
  auto operation = context.operation(fmt::format("{} {}", word_of(options.verb), subject));
  const auto result =
      context.session().change_devices(roots, request, how, context.host.interrupts, operation.events());
  context.print(output::view_of(result), lines_of(result));
  return exit_done;
}

void declare(Flags& flags, Options& options) {
  flags.positional({.name = "NODE DEVICE",
                    .help = "a node or an instance, and devices",
                    .limit = kManyNames,
                    .target = &options.words});
  flags.choice("--wait", "until the cluster knows", options.wait);
  flags.toggle("--dry-run", "print the plan and change nothing", options.dry_run);
  flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s; 1m unless given",
              options.timeout);
}

}  // namespace

Command gpu_attach() {
  return {
      .path = "gpu attach",
      .summary = "Give GPUs to a node or an instance that runs",
      .about =
          "Gives devices, by their names, numbers or UUIDs, or all, to a node or an instance without a "
          "restart of anything: device nodes, libraries, linker cache and CDI files appear in it, and a "
          "node's kubelet offers them to pods as vendor.com/class. Nothing is installed there. What another "
          "one has is refused. Interrupted, it has what it had before.",
      .examples = {{"ingot gpu attach demo-worker 0", "returns when pods can ask for it"},
                   {"ingot gpu attach demo-worker nvidia.com/gpu=0 nvidia.com/gpu=1", "by their whole names"},
                   {"ingot gpu attach demo-worker 0 --replicas 3", "three pods at a time share it"}},
      .see_also = "ingot gpu list, ingot gpu detach, ingot gpu status",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>(Options{.verb = attach::Verb::attach});
        declare(flags, *options);
        declare_offering(flags, options->offering, "--");
        flags.toggle("--force", "also what another node has: they share it", options->force);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

Command gpu_detach() {
  return {
      .path = "gpu detach",
      .summary = "Take GPUs from a node or an instance that runs",
      .about =
          "Takes devices, or all, from a node or an instance: pods cannot ask for them any more, and what "
          "was made there for them goes. Devices that pods or processes use are refused, and everything "
          "stays. Interrupted, it has what it had before.",
      .examples = {{"ingot gpu detach demo-worker 0", "returns when the cluster knows"},
                   {"ingot gpu detach demo-worker all --force", "pods that use them end"}},
      .see_also = "ingot gpu attach, ingot gpu status",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>(Options{.verb = attach::Verb::detach});
        declare(flags, *options);
        flags.toggle("--force", "end the pods that use them; processes of an instance are told",
                     options->force);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
