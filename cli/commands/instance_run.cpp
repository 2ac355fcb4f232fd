// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "inner_command.hpp"
#include "instance_input.hpp"
#include "node_variables.hpp"
#include "parse.hpp"
#include "version.hpp"

#include <fmt/format.h>

#include <optional>
#include <random>

namespace ingot::cli {

namespace {

struct Options {
  InstanceInput input;
  std::vector<std::string> command;
  std::string timeout;
  std::optional<bool> wait;
  bool remove = false;
  bool keep_on_failure = false;
  bool dry_run = false;
};

std::string some_name() {
  std::random_device random;
  return fmt::format("instance-{:06x}", random() & 0xFFFFFFU);
}

instance::RunOptions run_options(const Options& options, const Context& context) {
  instance::RunOptions result{.wait = options.wait.value_or(true),
                              .keep_on_failure = options.keep_on_failure,
                              .access_folder = context.instance_folder(),
                              .gpu_roots = gpu_roots(context.host.environment),
                              .proxy_env = proxy_variables(context.host.environment),
                              .tool_version = std::string(kVersion)};
  set_timeout(result.timeout, options.timeout);
  return result;
}

std::string lines_of(const instance::RunResult& result) {
  return fmt::format("instance/{} runs at {}\n  ingot instance exec {} -- bash\n  ingot instance ssh {}\n",
                     result.name, result.address.empty() ? "an address of its engine's" : result.address,
                     result.name, result.name);
}

void remove(const std::string& name, Context& context) {
  auto operation = context.operation("delete instance/" + name);
  // Also after Ctrl-C: only a second one leaves it.
  const plan::Interrupts interrupts{.stop = context.host.interrupts.abandon,
                                    .abandon = context.host.interrupts.abandon};
  context.session().delete_instance(name, {.access_folder = context.instance_folder()}, interrupts,
                                    operation.events());
}

instance::RunResult run_instance(const instance::Spec& spec, const instance::RunOptions& how,
                                 Context& context) {
  auto operation = context.operation("run instance/" + spec.name);
  return context.session().run_instance(spec, how, context.host.interrupts, operation.events());
}

int run_command(const Options& options, const std::string& name, Context& context) {
  return run_inner_command(
      context, [&](bool terminal, const session::Streams& streams, const session::Signals& signals) {
        return context.session().instance_exec(name, {.words = options.command}, terminal, streams, signals);
      });
}

// However the command ends, also when we are killed.
int run_and_remove(const Options& options, const std::string& name, Context& context) {
  const auto guard = context.host.when_killed({"instance", "delete", name, "--yes", "--ignore-not-found"});
  try {
    const int code = run_command(options, name, context);
    remove(name, context);
    return code;
  } catch (...) {
    remove(name, context);
    throw;
  }
}

void check(const Options& options) {
  if (options.remove && options.command.empty()) {
    throw_usage("instance run", "--rm needs a command after --, whose end is waited for");
  }
  if (!options.command.empty() && !options.wait.value_or(true)) {
    throw_usage("instance run", "a command needs an instance that has started: leave --no-wait out");
  }
}

int execute(Options& options, Context& context) {
  check(options);
  if (options.input.name.empty()) {
    if (!options.remove) {
      throw_usage("instance run", "which name shall it have? It is missing");
    }
    options.input.name = {some_name()};
  }
  const auto spec = make_instance_spec(options.input, context);
  const auto how = run_options(options, context);
  if (spec.gpus.any()) {
    warn_of_other_machine(context);
  }
  if (options.dry_run) {
    context.print(context.session().plan_run_instance(spec, how, context.stop()));
    return exit_done;
  }
  const auto result = run_instance(spec, how, context);
  if (options.command.empty()) {
    context.print(output::view_of(result), lines_of(result));
    return exit_done;
  }
  return options.remove ? run_and_remove(options, spec.name, context)
                        : run_command(options, spec.name, context);
}

}  // namespace

Command instance_run() {
  return {.path = "instance run",
          .summary = "Make a machine in a container",
          .about =
              "A machine beside the clusters: systemd, a Docker engine and SSH inside, an address and a name "
              "of its own on the clusters' network, and a disk. Returns when everything that it starts at "
              "boot has started and its user data is done. A command after -- then runs in it, as in ingot "
              "instance exec; with --rm the instance goes when the command ends. SSH listens on 127.0.0.1 "
              "and lets in a key that is made for it; nothing else is open. Interrupted, it takes everything "
              "back.",
          .examples = {{"ingot instance run dev", "then: ingot instance exec dev -- docker version"},
                       {"ingot instance run ci --cpus 2 --memory 4Gi -p 8080:80 --user-data setup.yaml",
                        "limited, a port published, and set up by cloud-init"},
                       {"ingot instance run --rm --gpus 1 -- nvidia-smi", "with a GPU that nobody has"},
                       {"ingot instance run --rm --cluster demo --mount .:/src -- make -C /src test",
                        "one command beside a cluster"}},
          .see_also = "ingot instance exec, ingot instance ssh, ingot instance delete",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            declare_input(flags, options->input);
            flags.toggle("--rm", "delete it when the command ends", options->remove);
            flags.choice("--wait", "until it has booted", options->wait);
            flags.toggle("--keep-on-failure", "leave what a failed run made, to look at it",
                         options->keep_on_failure);
            flags.value("--timeout", "DURATION", "how long to wait at most; 5m unless given",
                        options->timeout);
            flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
            flags.inner_command("COMMAND...", options->command);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace ingot::cli
