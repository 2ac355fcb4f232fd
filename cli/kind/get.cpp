// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "exit_code.hpp"
#include "kind/commands.hpp"

#include <fmt/format.h>

namespace ingot::cli::kind {

namespace {

struct Options {
  std::string name;
  bool everywhere = false;
  bool internal = false;
};

int print_clusters(Context& context) {
  check_provider(context);
  std::string lines;
  for (const auto& cluster : context.session().list_clusters(context.stop())) {
    lines += cluster.name + "\n";
  }
  if (lines.empty()) {
    context.say("No kind clusters found.");
  }
  context.print(lines);
  return exit_done;
}

int print_nodes(const Options& options, Context& context) {
  check_provider(context);
  const auto name = options.everywhere ? "" : cluster_name(options.name, context);
  std::string lines;
  for (const auto& node : context.session().list_nodes(name, context.stop())) {
    lines += node.name + "\n";
  }
  if (lines.empty()) {
    context.say(options.everywhere ? "No kind nodes for any cluster."
                                   : fmt::format("No kind nodes found for cluster \"{}\".", name));
  }
  context.print(lines);
  return exit_done;
}

int print_kubeconfig(const Options& options, Context& context) {
  check_provider(context);
  const auto name = cluster_name(options.name, context);
  require_control_plane(name, context);
  // kind, too, ends it with an empty line.
  context.print(context.session().cluster_kubeconfig(name, options.internal, context.stop()) + "\n");
  return exit_done;
}

}  // namespace

Command get_clusters() {
  return {.path = "get clusters",
          .summary = "Print the names of all clusters",
          .examples = {{"kind get clusters", "one on a line"},
                       {"kind get clusters -q", "without a word when there are none"}},
          .declare = [](Flags&) -> Action { return print_clusters; }};
}

Command get_nodes() {
  return {
      .path = "get nodes",
      .summary = "Print the names of a cluster's nodes",
      .examples = {{"kind get nodes --name demo", "one on a line"}, {"kind get nodes -A", "of all clusters"}},
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.toggle("-A,--all-clusters", "nodes of all clusters, whatever --name says", options->everywhere);
        declare_name(flags, options->name);
        return [options](Context& context) { return print_nodes(*options, context); };
      }};
}

Command get_kubeconfig() {
  return {.path = "get kubeconfig",
          .summary = "Print a cluster's kubeconfig",
          .examples = {{"kind get kubeconfig --name demo > demo.kubeconfig", "as a file of its own"},
                       {"kind get kubeconfig --internal", "for a container on the same network"}},
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.toggle("--internal", "with the address inside the cluster's network", options->internal);
            declare_name(flags, options->name);
            return [options](Context& context) { return print_kubeconfig(*options, context); };
          }};
}

}  // namespace ingot::cli::kind
