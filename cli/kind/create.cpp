// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "cluster_input.hpp"
#include "config/validate.hpp"
#include "exit_code.hpp"
#include "kind/command_line.hpp"
#include "kind/commands.hpp"
#include "kind/phases.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli::kind {

namespace {

// kind's create returns before anything is Ready; ours takes this long at most to return with a useful
// cluster. docs/kind.md tells why.
constexpr std::chrono::seconds kPatience{15};
constexpr std::size_t kLongName = 50;

struct Options {
  std::string config;
  std::string image;
  std::string kubeconfig;
  std::string name;
  std::string wait;
  bool retain = false;
};

config::ClusterSpec make_spec(const Options& options, Context& context) {
  auto spec = read_cluster_file(options.config, context);
  const auto variable = lookup(context.host.environment, "KIND_CLUSTER_NAME");
  if (!options.name.empty() || !variable.empty()) {
    config::override_name(spec, options.name.empty() ? std::string(variable) : options.name);
  }
  config::Defaults defaults{.working_dir = context.host.working_dir};
  if (const auto image = context.settings.get("image"); !image.value.empty()) {
    defaults.node_image = image.value;
  }
  config::apply_defaults(spec, defaults);
  config::check(spec);
  return spec;
}

std::string network_name(const Context& context) {
  const auto name = lookup(context.host.environment, "KIND_EXPERIMENTAL_DOCKER_NETWORK");
  return name.empty() ? "kind" : std::string(name);
}

cluster::CreateOptions to_create_options(const Options& options, std::chrono::milliseconds wait,
                                         const Context& context) {
  auto made = cli::create_options(context);
  const cluster::Patience patience{.control_planes = wait.count() > 0 ? wait : kPatience, .rest = kPatience};
  made.patience = patience;
  made.timeout += patience.control_planes;
  made.keep_on_failure = options.retain;
  made.image = options.image;
  made.network = network_name(context);
  made.kubeconfig = context.kubeconfig_target(options.kubeconfig, true);
  return made;
}

Outline make_outline(const config::ClusterSpec& spec, const cluster::CreateOptions& options,
                     std::chrono::milliseconds wait, Context& context) {
  Outline outline{.default_cni = !spec.networking.disable_default_cni, .wait = wait};
  const auto names = config::node_names(spec);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_worker = spec.nodes[i].role == config::Role::worker;
    (is_worker ? outline.workers : outline.control_planes).push_back(names[i]);
  }
  for (auto& image : context.session().node_images(spec, options.image, context.stop())) {
    if (std::ranges::find(outline.images, image) == outline.images.end()) {
      outline.images.push_back(std::move(image));
    }
  }
  return outline;
}

void refuse_existing(const std::string& name, Context& context) {
  if (!context.session().list_nodes(name, context.stop()).empty()) {
    throw base::Error(base::ErrorCode::already_exists,
                      fmt::format("node(s) already exist for a cluster with the name \"{}\"", name));
  }
}

void tell_result(const config::ClusterSpec& spec, const Options& options, Context& context) {
  const std::string file = options.kubeconfig.empty() ? "" : " --kubeconfig " + options.kubeconfig;
  context.say(
      fmt::format("Set kubectl context to \"kind-{0}\"\nYou can now use your cluster with:\n\n"
                  "kubectl cluster-info --context kind-{0}{1}\n\nHave a nice day! 👋",
                  spec.name, file));
}

void create(const config::ClusterSpec& spec, const Options& options, Context& context) {
  const auto wait = options.wait.empty() ? std::chrono::milliseconds(0) : parse_duration(options.wait);
  const auto how = to_create_options(options, wait, context);
  if (context.globals.quiet) {
    auto operation = context.operation("create cluster/" + spec.name);
    context.session().create_cluster(spec, how, context.host.interrupts, operation.events());
    return;
  }
  const auto outline = make_outline(spec, how, wait, context);
  context.say(fmt::format("Creating cluster \"{}\" ...", spec.name));
  if (how.network != "kind") {
    context.say("WARNING: Overriding docker network due to KIND_EXPERIMENTAL_DOCKER_NETWORK");
  }
  Phases phases(context.host.err, context.err_style, outline, context.globals.verbose);
  const std::stop_callback<std::function<void()>> on_stop(
      context.stop(), [&phases] { phases.note("stopping; press Ctrl-C again to leave things as they are"); });
  context.event_log.begin(context.event_log_path(), "cluster/" + spec.name);
  LoggedEvents events(phases, context.event_log);
  try {
    const auto result = context.session().create_cluster(spec, how, context.host.interrupts, events);
    const auto is_late = [&](const std::string& name) {
      return std::ranges::find(result.late_nodes, name) != result.late_nodes.end();
    };
    phases.end_wait(std::ranges::none_of(outline.control_planes, is_late));
  } catch (const base::Error&) {
    if (!phases.removed().empty()) {
      context.say("Deleted nodes: " + quoted(phases.removed()));
    }
    throw;
  }
}

int execute(const Options& options, Context& context) {
  check_provider(context);
  try {
    const auto spec = make_spec(options, context);
    if (context.session().engine_info(context.stop()).cgroup_version == "1") {
      context.say(
          "cgroup v1 is deprecated in Kubernetes and will not be supported in a future kind release, please "
          "upgrade to cgroup v2");
    }
    refuse_existing(spec.name, context);
    if (spec.name.size() > kLongName) {
      context.say(
          fmt::format("cluster name \"{}\" is probably too long, this might not work properly on some "
                      "systems",
                      spec.name));
    }
    create(spec, options, context);
    tell_result(spec, options, context);
  } catch (const base::Error& error) {
    auto failure = error.failure();
    const auto colon = failure.message.find("' could not be created: ");
    failure.message =
        "failed to create cluster: " + (colon == std::string::npos
                                            ? failure.message
                                            : failure.message.substr(failure.message.find(": ", colon) + 2));
    throw base::Error(std::move(failure));
  }
  return exit_done;
}

}  // namespace

Command create_cluster() {
  return {
      .path = "create cluster",
      .summary = "Create a cluster",
      .examples = {{"kind create cluster --name demo --wait 1m", "and wait until its control plane is Ready"},
                   {"kind create cluster --config cluster.yaml", "as a file describes it"}},
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.value("--config", "string", "cluster file; - is standard input", options->config).meaning =
            Meaning::file;
        flags.value("--image", "string", "node image of every node", options->image);
        flags
            .value("--kubeconfig", "string",
                   "kubeconfig file to write to, instead of $KUBECONFIG or "
                   "$HOME/.kube/config",
                   options->kubeconfig)
            .meaning = Meaning::file;
        flags.value("-n,--name", "string",
                    "name of the cluster (default: KIND_CLUSTER_NAME, the cluster file's, \"kind\")",
                    options->name);
        flags.toggle("--retain", "leave the nodes of a create that failed, to look at", options->retain);
        flags.value("--wait", "duration",
                    "how long to wait for Ready control planes, such as 30s or 5m (default 0s)",
                    options->wait);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli::kind
