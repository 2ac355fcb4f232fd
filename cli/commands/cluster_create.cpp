// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "cluster_input.hpp"
#include "commands/commands.hpp"
#include "exit_code.hpp"
#include "gpu_input.hpp"
#include "parse.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace ingot::cli {

namespace {

struct Options {
  ClusterInput input;
  GpuInput gpus;
  std::string image;
  std::string network;
  std::vector<std::string> subnets;
  std::string bootstrap;
  std::string restart;
  std::string timeout;
  std::string kubeconfig;
  std::optional<bool> wait;
  bool no_kubeconfig = false;
  bool keep_on_failure = false;
  bool dry_run = false;
};

cluster::CreateOptions to_create_options(const Options& options, const Context& context) {
  auto made = create_options(context, options.bootstrap, options.timeout);
  made.wait = options.wait.value_or(true);
  made.keep_on_failure = options.keep_on_failure;
  made.image = options.image;
  made.network = context.settings.get("network", options.network).value;
  made.subnets = options.subnets;
  made.restart_policy = options.restart;
  made.kubeconfig = context.kubeconfig_target(options.kubeconfig, !options.no_kubeconfig);
  return made;
}

bool in_path(const Environment& environment, const std::string& program) {
  for (const auto& folder : base::split(lookup(environment, "PATH"), ':')) {
    std::error_code ignored;
    if (!folder.empty() && std::filesystem::is_regular_file(folder + "/" + program, ignored)) {
      return true;
    }
  }
  return false;
}

void tell_result(const cluster::CreateResult& result, Context& context) {
  if (context.for_people() && !context.globals.quiet) {
    const auto phases = output::phase_table(result, context.wide());
    if (!phases.rows.empty()) {
      context.host.err.write("\n" + output::render(phases, context.err_style, {.indent = 2}) + "\n");
    }
    context.say(fmt::format("cluster '{}' {} after {}: {} node{}, Kubernetes {}, context {}", result.name,
                            result.not_awaited.empty() ? "is ready" : "was created",
                            base::to_text(result.elapsed), result.nodes.size(),
                            result.nodes.size() == 1 ? "" : "s", result.kubernetes_version, result.context));
    if (!result.bootstrap_reason.empty()) {
      context.say("bootstrapped by kubeadm: " + result.bootstrap_reason);
    }
    if (!result.not_awaited.empty()) {
      context.say(result.not_awaited);
    }
  }
  context.print(output::view_of(result), fmt::format("cluster/{} created\n", result.name));
  if (context.host.err.is_terminal && context.for_people()) {
    const bool has_kubectl = in_path(context.host.environment, "kubectl") && !result.kubeconfig_path.empty();
    const bool is_default = result.name == context.settings.get("cluster").value;
    const std::string other = is_default ? "" : fmt::format(" --cluster {}", result.name);
    context.say(
        fmt::format("\nnext:\n  {}\n  ingot cluster status{}",
                    has_kubectl ? "kubectl get nodes" : fmt::format("ingot kubectl{} -- get nodes", other),
                    is_default ? "" : " " + result.name));
  }
}

int execute(const Options& options, Context& context) {
  if (options.no_kubeconfig && !options.kubeconfig.empty()) {
    throw_usage("cluster create", "--kubeconfig and --no-kubeconfig exclude each other");
  }
  const auto spec = make_cluster_spec(options.input, context);
  const auto how = to_create_options(options, context);
  // Before anything is made: what cannot be given is refused.
  const auto gifts = context.session().distribute_devices(gpu_roots(context.host.environment),
                                                          gpu_wishes(options.gpus, spec), context.stop());
  if (!gifts.empty()) {
    warn_of_other_machine(context);
  }
  if (options.dry_run) {
    auto text = context.session().plan_create(spec, how, context.stop());
    for (const auto& gift : gifts) {
      text += fmt::format("then: give {} to {}\n", base::join(gift.devices, ", "), gift.node);
    }
    context.print(text);
    return exit_done;
  }
  cluster::CreateResult result;
  {
    auto operation = context.operation("create cluster/" + spec.name);
    result = context.session().create_cluster(spec, how, context.host.interrupts, operation.events());
  }
  give_gpus(context, gifts);
  tell_result(result, context);
  return exit_done;
}

}  // namespace

Command cluster_create() {
  return {
      .path = "cluster create",
      .summary = "Create a cluster",
      .about =
          "Creates a cluster and returns when it is useful: nodes Ready, DNS answering. What a failed or "
          "interrupted create made is removed again. The cluster file is kind's (kind.x-k8s.io/v1alpha4), or "
          "ingot's own (ingot/v1alpha1), which says the same and more.",
      .examples = {{"ingot cluster create", "one node, named 'kind'"},
                   {"ingot cluster create demo --workers 2 --kubeconfig ./demo.kubeconfig",
                    "three nodes, with a kubeconfig file of their own"},
                   {"ingot cluster create -f cluster.yaml", "as a file describes it"}},
      .see_also = "ingot cluster status, ingot config validate, ingot help config",
      .declare = [](Flags& flags) -> Action {
        // Shared because a std::function must be copyable; the flags point into it.
        auto options = std::make_shared<Options>();
        declare_input(flags, options->input);
        declare_gpus(flags, options->gpus, " of each worker: all, a number, or NODE=DEVICE,DEVICE");
        declare_offering(flags, options->gpus, "--gpu-");
        flags.value("--image", "IMAGE", "node image of every node", options->image);
        flags.value("--network", "NAME", "network of the nodes", options->network);
        flags.values("--subnet", "CIDR", "of the network, where it is made; once for each of IPv4 and IPv6",
                     options->subnets);
        flags.value("--bootstrap", "HOW", "who starts the control plane", options->bootstrap).choices =
            setting_rule("bootstrap").choices;
        flags
            .value(
                "--restart", "POLICY",
                "what the engine does with nodes that it finds ended, such as after the machine's restart; "
                "on-failure unless given",
                options->restart)
            .choices = {"no", "on-failure", "unless-stopped"};
        flags.choice("--wait", "wait until nodes are Ready and DNS answers (default)", options->wait);
        flags.value("--timeout", "DURATION", "how long to wait at most, such as 5m", options->timeout);
        flags.value("--kubeconfig", "FILE", "kubeconfig file to write to", options->kubeconfig).meaning =
            Meaning::file;
        flags.toggle("--no-kubeconfig", "write no kubeconfig", options->no_kubeconfig);
        flags.toggle("--keep-on-failure", "leave what a failed create made, to look at",
                     options->keep_on_failure);
        flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
