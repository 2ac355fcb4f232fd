// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"
#include "prompt.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::string kubeconfig;
  std::string timeout;
  bool all = false;
  bool expired = false;
  bool yes = false;
  bool dry_run = false;
  bool ignore_not_found = false;
};

std::string remains_text(const cluster::DeleteResult& remains) {
  std::string text = fmt::format("cluster/{}\n", remains.name);
  for (const auto& node : remains.nodes) {
    text += fmt::format("  container {} with its volumes\n", node);
  }
  for (const auto& file : remains.kubeconfigs) {
    text += fmt::format("  context kind-{} in {}\n", remains.name, file);
  }
  return text;
}

class Deletion {
 public:
  Deletion(const Options& options, Context& context)
      : options_(options),
        context_(context),
        delete_options_{.kubeconfig = context.kubeconfig_target(options.kubeconfig, true),
                        .only_expired = options.expired} {
    set_timeout(delete_options_.timeout, options.timeout);
  }

  int run() {
    if (!options_.yes && !options_.dry_run && !can_ask(context_)) {
      throw_usage("cluster delete", "deleting needs --yes when nobody can be asked");
    }
    const auto names =
        options_.expired ? expired_names() : context_.cluster_names(options_.names, options_.all);
    if ((options_.dry_run || !options_.yes) && !look_first(names)) {
      return options_.dry_run ? finish() : exit_failed;
    }
    for (const auto& name : names) {
      if (std::ranges::find(missing_, name) == missing_.end()) {
        remove(name);
      }
    }
    return finish();
  }

 private:
  std::vector<std::string> expired_names() {
    std::vector<std::string> names;
    for (const auto& cluster : context_.session().list_clusters(context_.stop())) {
      if (cluster.expires && *cluster.expires <= std::chrono::system_clock::now()) {
        names.push_back(cluster.name);
      }
    }
    if (names.empty() && context_.for_people()) {
      context_.say("no cluster has expired");
    }
    return names;
  }

  // Says what goes; false when nothing shall.
  bool look_first(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) {
      auto remains = context_.session().plan_delete(name, delete_options_, context_.stop());
      if (remains.found()) {
        text += remains_text(remains);
        deleted_.push_back(std::move(remains));
      } else {
        missing_.push_back(name);
      }
    }
    if (options_.dry_run) {
      return false;
    }
    deleted_.clear();
    if (text.empty()) {
      return true;
    }
    context_.host.err.write("this will be deleted:\n" + text);
    const bool confirmed = confirm(context_, "delete?");
    if (!confirmed) {
      context_.say("nothing was deleted");
    }
    return confirmed;
  }

  void remove(const std::string& name) {
    auto operation = context_.operation("delete cluster/" + name);
    auto result = context_.session().delete_cluster(name, delete_options_, context_.host.interrupts,
                                                    operation.events());
    if (result.stayed) {
      context_.say(fmt::format("cluster '{}' is gone, or has more time now", name));
    } else if (result.found()) {
      deleted_.push_back(std::move(result));
    } else {
      missing_.push_back(name);
    }
  }

  int finish() {
    std::string lines;
    for (const auto& result : deleted_) {
      lines += options_.dry_run ? remains_text(result) : fmt::format("cluster/{} deleted\n", result.name);
    }
    context_.print(output::view_of(deleted_), lines);
    if (missing_.empty() || options_.ignore_not_found) {
      return exit_done;
    }
    throw base::Error(base::ErrorCode::not_found,
                      missing_.size() == 1
                          ? fmt::format("there is no cluster named '{}'", missing_.front())
                          : fmt::format("there are no clusters named '{}'", base::join(missing_, "', '")));
  }

  const Options& options_;
  Context& context_;
  cluster::DeleteOptions delete_options_;
  std::vector<cluster::DeleteResult> deleted_;
  std::vector<std::string> missing_;
};

int execute(const Options& options, Context& context) {
  if (options.all && !options.names.empty()) {
    throw_usage("cluster delete", "--all and names exclude each other");
  }
  if (options.expired && (options.all || !options.names.empty())) {
    throw_usage("cluster delete", "--expired excludes --all and names");
  }
  return Deletion(options, context).run();
}

}  // namespace

Command cluster_delete() {
  return {
      .path = "cluster delete",
      .summary = "Delete clusters",
      .about =
          "Removes a cluster's containers with their volumes, and its entries in kubeconfig files. It works "
          "from labels alone, also on what an interrupted create left, and on clusters of kind. --expired "
          "takes those whose time (create --ttl, extend) is over.",
      .examples = {{"ingot cluster delete demo", "asks first, on a terminal"},
                   {"ingot cluster delete --all --yes", "every cluster, without a question"},
                   {"ingot cluster delete --expired --yes", "for a machine that runs tests"}},
      .see_also = "ingot cluster list, ingot cluster extend, ingot prune",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "NAME",
                          .help = "of the clusters",
                          .meaning = Meaning::cluster,
                          .limit = kManyNames,
                          .target = &options->names});
        flags.toggle("--all", "every cluster of this engine", options->all);
        flags.toggle("--expired", "every cluster whose time is over; none is no failure", options->expired);
        flags.toggle("-y,--yes", "do not ask", options->yes);
        flags.toggle("--dry-run", "print what would go and change nothing", options->dry_run);
        flags.toggle("--ignore-not-found", "a cluster that is not there is no failure",
                     options->ignore_not_found);
        flags.value("--kubeconfig", "FILE", "kubeconfig file to clean", options->kubeconfig).meaning =
            Meaning::file;
        flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s", options->timeout);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
