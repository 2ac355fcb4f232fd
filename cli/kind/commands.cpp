// SPDX-License-Identifier: Apache-2.0
#include "kind/commands.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli::kind {

std::vector<Command> all_commands() {
  return {build_node_image(),
          completion("bash"),
          completion("fish"),
          completion("powershell"),
          completion("zsh"),
          create_cluster(),
          delete_cluster(),
          delete_clusters(),
          export_kubeconfig(),
          export_logs(),
          get_clusters(),
          get_kubeconfig(),
          get_nodes(),
          help(),
          load_docker_image(),
          load_image_archive(),
          version(),
          complete_for_scripts("__complete"),
          complete_for_scripts("__completeNoDesc")};
}

void Globals::declare(Flags& flags) {
  flags.toggle("-q,--quiet", "nothing on standard error, errors neither", quiet);
  flags.value("-v,--verbosity", "int32", "from 1 on, tell more on standard error", verbosity);
}

void declare_name(Flags& flags, std::string& target) {
  flags.value("-n,--name", "string", "name of the cluster (default \"kind\", or KIND_CLUSTER_NAME)", target)
      .meaning = Meaning::cluster;
}

std::string cluster_name(const std::string& given, const Context& context) {
  if (!given.empty()) {
    return given;
  }
  const auto name = lookup(context.host.environment, "KIND_CLUSTER_NAME");
  return name.empty() ? "kind" : std::string(name);
}

void check_provider(Context& context) {
  const auto provider = lookup(context.host.environment, "KIND_EXPERIMENTAL_PROVIDER");
  if (provider.empty()) {
    return;
  }
  const std::vector<std::string_view> known{"docker", "podman", "nerdctl", "finch", "nerdctl.lima"};
  if (std::ranges::find(known, provider) == known.end()) {
    context.say(fmt::format("ignoring unknown value \"{}\" for KIND_EXPERIMENTAL_PROVIDER", provider));
    return;
  }
  context.say(fmt::format("using {} due to KIND_EXPERIMENTAL_PROVIDER", provider));
  if (provider != "docker") {
    throw base::Error(base::ErrorCode::unsupported,
                      fmt::format("ingot works with Docker's engine only, not with {}", provider),
                      "unset KIND_EXPERIMENTAL_PROVIDER, or set it to docker");
  }
}

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) {
    text += fmt::format("{}\"{}\"", text.empty() ? "" : " ", name);
  }
  return "[" + text + "]";
}

void require_control_plane(const std::string& name, Context& context) {
  const auto nodes = context.session().list_nodes(name, context.stop());
  if (std::ranges::find(nodes, "control-plane", &cluster::NodeSummary::role) == nodes.end()) {
    throw base::Error(base::ErrorCode::not_found,
                      fmt::format("could not locate any control plane nodes for cluster named '{}'. Use the "
                                  "--name option to select a different cluster",
                                  name));
  }
}

}  // namespace ingot::cli::kind
