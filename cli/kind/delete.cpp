// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "exit_code.hpp"
#include "kind/commands.hpp"

#include <fmt/format.h>

namespace ingot::cli::kind {

namespace {

struct Options {
  std::string name;
  std::vector<std::string> names;
  std::string kubeconfig;
  bool all = false;
};

// With kind's words for what went, and for what failed.
void remove(const std::string& name, const Options& options, Context& context) {
  Silence silence;
  context.event_log.begin(context.event_log_path(), "cluster/" + name);
  LoggedEvents events(silence, context.event_log);
  try {
    const auto result = context.session().delete_cluster(
        name, {.kubeconfig = context.kubeconfig_target(options.kubeconfig, true)}, context.host.interrupts,
        events);
    if (!result.nodes.empty()) {
      context.say("Deleted nodes: " + quoted(result.nodes));
    }
  } catch (const base::Error& error) {
    auto failure = error.failure();
    const std::string prefix = fmt::format("cluster '{}' could not be deleted: ", name);
    failure.message = fmt::format(
        "failed to delete cluster \"{}\": {}", name,
        failure.message.starts_with(prefix) ? failure.message.substr(prefix.size()) : failure.message);
    throw base::Error(std::move(failure));
  }
}

int execute_one(const Options& options, Context& context) {
  check_provider(context);
  const auto name = cluster_name(options.name, context);
  context.say(fmt::format("Deleting cluster \"{}\" ...", name));
  remove(name, options, context);
  return exit_done;
}

// kind's exit code hides what could not be deleted.
int execute_several(const Options& options, Context& context) {
  check_provider(context);
  auto names = options.names;
  if (options.all) {
    names.clear();
    for (const auto& cluster : context.session().list_clusters(context.stop())) {
      names.push_back(cluster.name);
    }
  } else if (names.empty()) {
    throw base::Error(base::ErrorCode::invalid_input, "no cluster names provided");
  }
  std::vector<std::string> deleted;
  for (const auto& name : names) {
    try {
      if (!name.empty()) {  // an empty one would mean them all
        remove(name, options, context);
      }
      deleted.push_back(name);
    } catch (const base::Error& error) {
      context.say(error.failure().cause.empty() ? error.failure().message
                                                : error.failure().message + ": " + error.failure().cause);
    }
  }
  context.say("Deleted clusters: " + quoted(deleted));
  return exit_done;
}

void declare_kubeconfig(Flags& flags, Options& options) {
  flags
      .value("--kubeconfig", "string",
             "kubeconfig file to clean, instead of $KUBECONFIG or $HOME/.kube/config", options.kubeconfig)
      .meaning = Meaning::file;
}

}  // namespace

Command delete_cluster() {
  return {.path = "delete cluster",
          .summary = "Delete a cluster",
          .about =
              "Delete a cluster's containers with their volumes, and its kubeconfig entries.\n"
              "A cluster that is not there is no failure.",
          .examples = {{"kind delete cluster", "the one named \"kind\""},
                       {"kind delete cluster --name demo", "another one"}},
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            declare_kubeconfig(flags, *options);
            declare_name(flags, options->name);
            return [options](Context& context) { return execute_one(*options, context); };
          }};
}

Command delete_clusters() {
  return {.path = "delete clusters",
          .summary = "Delete several clusters",
          .about = "Delete clusters one after the other. What cannot be deleted is told, and is no failure.",
          .examples = {{"kind delete clusters a b", "two of them"},
                       {"kind delete clusters --all", "every cluster of this engine"}},
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional({.name = "[NAME...]",
                              .meaning = Meaning::cluster,
                              .limit = kManyNames,
                              .target = &options->names});
            flags.toggle("-A,--all", "every cluster", options->all);
            declare_kubeconfig(flags, *options);
            return [options](Context& context) { return execute_several(*options, context); };
          }};
}

}  // namespace ingot::cli::kind
