// SPDX-License-Identifier: Apache-2.0
// `cluster snapshot save`, `list`, `restore` and `delete`.
#include "base/error.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"
#include "prompt.hpp"
#include "version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::string name;
  std::string cluster;
  std::string kubeconfig;
  std::string timeout;
  std::optional<bool> wait;
  bool replace = false;
  bool yes = false;
  bool dry_run = false;
  bool ignore_not_found = false;
};

// "20261121-214617", of the time in UTC.
std::string name_of_now() {
  std::string name;
  for (const char c : base::to_rfc3339(std::chrono::system_clock::now())) {
    if (c >= '0' && c <= '9') {
      name += c;
    } else if (c == 'T') {
      name += '-';
    }
  }
  return name;
}

int save(const Options& options, Context& context) {
  snapshot::SaveRequest request{.cluster = context.cluster_name(options.names),
                                .name = options.name.empty() ? name_of_now() : options.name,
                                .tool_version = std::string(kVersion)};
  set_timeout(request.timeout, options.timeout);
  request.while_paused = [&] { return context.host.when_killed({"cluster", "resume", request.cluster}); };
  if (options.dry_run) {
    context.print(context.session().plan_save_snapshot(request, context.stop()));
    return exit_done;
  }
  auto operation = context.operation("save cluster/" + request.cluster);
  const auto result = context.session().save_snapshot(request, context.host.interrupts, operation.events());
  context.print(output::view_of(result),
                fmt::format("snapshot/{} saved: {}, nodes stood still for {}\n", result.snapshot.reference(),
                            base::to_size_text(result.snapshot.size), base::to_text(result.paused)));
  return exit_done;
}

int list(const Options& options, Context& context) {
  const auto cluster = options.names.empty() ? std::string() : options.names.front();
  const auto found = context.session().list_snapshots(cluster, context.stop());
  if (found.empty() && context.for_people()) {
    context.say(cluster.empty() ? "there are no snapshots"
                                : fmt::format("there are no snapshots of cluster '{}'", cluster));
    return exit_done;
  }
  context.print(output::view_of(found, context.moment()));
  return exit_done;
}

std::string only_name(const Options& options, std::string_view path) {
  if (options.names.empty()) {
    throw_usage(std::string(path), "which snapshot? Its name is missing");
  }
  return options.names.front();
}

// Whether a cluster that is in the way may go.
bool may_replace(const Options& options, const std::string& snapshot, Context& context) {
  if (!options.replace || options.yes) {
    return true;
  }
  const auto cluster =
      options.name.empty() ? context.session().find_snapshot(snapshot, context.stop()).cluster : options.name;
  const auto clusters = context.session().list_clusters(context.stop());
  if (std::ranges::find(clusters, cluster, &cluster::ClusterSummary::name) == clusters.end()) {
    return true;
  }
  if (!can_ask(context)) {
    throw_usage("cluster snapshot restore", "replacing a cluster needs --yes when nobody can be asked");
  }
  const bool confirmed = confirm(context, fmt::format("delete cluster '{}' and restore it?", cluster));
  if (!confirmed) {
    context.say("nothing was deleted");
  }
  return confirmed;
}

int restore(const Options& options, Context& context) {
  snapshot::RestoreRequest request{.snapshot = only_name(options, "cluster snapshot restore"),
                                   .name = options.name,
                                   .replace = options.replace,
                                   .wait = options.wait.value_or(true),
                                   .kubeconfig = context.kubeconfig_target(options.kubeconfig, true)};
  set_timeout(request.timeout, options.timeout);
  if (options.dry_run) {
    context.print(context.session().plan_restore_snapshot(request, context.stop()));
    return exit_done;
  }
  if (!may_replace(options, request.snapshot, context)) {
    return exit_failed;
  }
  auto operation = context.operation("restore snapshot/" + request.snapshot);
  const auto result =
      context.session().restore_snapshot(request, context.host.interrupts, operation.events());
  context.print(output::view_of(result), fmt::format("cluster/{} restored\n", result.cluster));
  return exit_done;
}

class Deletion {
 public:
  Deletion(const Options& options, Context& context) : options_(options), context_(context) {}

  int run() {
    only_name(options_, "cluster snapshot delete");
    if (!options_.yes && !options_.dry_run && !can_ask(context_)) {
      throw_usage("cluster snapshot delete", "deleting needs --yes when nobody can be asked");
    }
    find();
    if (options_.dry_run || found_.empty() || confirmed()) {
      remove();
      return finish();
    }
    context_.say("nothing was deleted");
    return exit_failed;
  }

 private:
  // Somebody else may delete it at any moment.
  void unless_missing(const std::string& name, const std::function<void()>& act) {
    try {
      act();
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode::not_found) {
        throw;
      }
      missing_.push_back(name);
    }
  }

  void find() {
    for (const auto& name : options_.names) {
      unless_missing(name,
                     [&] { found_.push_back(context_.session().find_snapshot(name, context_.stop())); });
    }
  }

  bool confirmed() {
    if (options_.yes) {
      return true;
    }
    for (const auto& one : found_) {
      context_.host.err.write(fmt::format("this will be deleted: snapshot {}\n", one.reference()));
    }
    return confirm(context_, "delete?");
  }

  void remove() {
    for (const auto& one : found_) {
      unless_missing(one.reference(), [&] {
        result_.deleted.push_back(
            options_.dry_run ? one : context_.session().delete_snapshot(one.reference(), context_.stop()));
      });
    }
  }

  int finish() {
    std::string lines;
    for (const auto& one : result_.deleted) {
      lines += fmt::format("snapshot/{}{}\n", one.reference(), options_.dry_run ? "" : " deleted");
    }
    context_.print(output::view_of(result_), lines);
    if (missing_.empty() || options_.ignore_not_found) {
      return exit_done;
    }
    throw base::Error({.code = base::ErrorCode::not_found,
                       .message = fmt::format("there is no snapshot '{}'", base::join(missing_, "', '")),
                       .remedy = "ingot cluster snapshot list"});
  }

  const Options& options_;
  Context& context_;
  std::vector<snapshot::Summary> found_;
  std::vector<std::string> missing_;
  snapshot::DeleteResult result_;
};

void declare_timeout(Flags& flags, Options& options) {
  flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s", options.timeout);
}

}  // namespace

Command cluster_snapshot_save() {
  return {
      .path = "cluster snapshot save",
      .summary = "Keep a cluster as it is now",
      .about =
          "Copies what the cluster's nodes have changed of their images into a volume of the engine: "
          "objects, volumes of pods, loaded images. The nodes run meanwhile, but for the moment (well below "
          "a second) in which all of them are paused at once and what has changed since is copied. A stopped "
          "cluster can be saved, too. What nodes have mounted of the machine is not kept.",
      .examples = {{"ingot cluster snapshot save demo --name before-upgrade", "as demo/before-upgrade"},
                   {"ingot cluster snapshot save", "the default cluster, named after the time"}},
      .see_also = "ingot cluster snapshot restore, ingot cluster snapshot list",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "CLUSTER",
                          .help = "its name",
                          .meaning = Meaning::cluster,
                          .limit = 1,
                          .target = &options->names});
        flags.value("--name", "NAME", "of the snapshot; the time unless given", options->name);
        flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
        declare_timeout(flags, *options);
        return [options](Context& context) { return save(*options, context); };
      }};
}

Command cluster_snapshot_list() {
  return {.path = "cluster snapshot list",
          .summary = "List snapshots",
          .about =
              "The snapshots that the engine keeps, of one cluster or of all; the cluster need not be "
              "there any more.",
          .examples = {{"ingot cluster snapshot list", "all of them"},
                       {"ingot cluster snapshot list demo -o json", "those of one cluster, for a script"}},
          .see_also = "ingot cluster snapshot save",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional({.name = "CLUSTER",
                              .help = "its name",
                              .meaning = Meaning::cluster,
                              .limit = 1,
                              .target = &options->names});
            return [options](Context& context) { return list(*options, context); };
          }};
}

Command cluster_snapshot_restore() {
  return {
      .path = "cluster snapshot restore",
      .summary = "Make a cluster of a snapshot",
      .about =
          "Makes the nodes anew, with the addresses, ports and contents that they had, starts them, and "
          "returns when the cluster is useful again. Checksums are compared before an existing cluster is "
          "touched, and before a node starts. The API gets another port where its own is taken. Under "
          "another name its nodes, addresses and certificates are its own, and pods start anew. Interrupted "
          "or failed, it removes what it made.",
      .examples = {{"ingot cluster snapshot restore demo/before-upgrade", "after the cluster was deleted"},
                   {"ingot cluster snapshot restore before-upgrade --replace --yes", "in its place"}},
      .see_also = "ingot cluster snapshot save",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "SNAPSHOT",
                          .help = "CLUSTER/NAME, or NAME where only one cluster has it",
                          .limit = 1,
                          .target = &options->names});
        flags.value("--name", "CLUSTER", "another name for it: a copy, with nodes of its own", options->name);
        flags.toggle("--replace", "delete a cluster of this name first", options->replace);
        flags.toggle("-y,--yes", "do not ask", options->yes);
        flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
        flags.choice("--wait", "until nodes are Ready, DNS answers and services are reachable",
                     options->wait);
        flags.value("--kubeconfig", "FILE", "kubeconfig file to write", options->kubeconfig).meaning =
            Meaning::file;
        declare_timeout(flags, *options);
        return [options](Context& context) { return restore(*options, context); };
      }};
}

Command cluster_snapshot_delete() {
  return {.path = "cluster snapshot delete",
          .summary = "Delete snapshots",
          .about = "Removes the volumes of snapshots. Clusters that were made of them do not need them.",
          .examples = {{"ingot cluster snapshot delete demo/before-upgrade", "asks first, on a terminal"},
                       {"ingot cluster snapshot delete demo/a demo/b --yes", "without a question"}},
          .see_also = "ingot cluster snapshot list",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional({.name = "SNAPSHOT",
                              .help = "CLUSTER/NAME, or NAME where only one cluster has it",
                              .limit = kManyNames,
                              .target = &options->names});
            flags.toggle("-y,--yes", "do not ask", options->yes);
            flags.toggle("--dry-run", "print what would go and change nothing", options->dry_run);
            flags.toggle("--ignore-not-found", "a snapshot that is not there is no failure",
                         options->ignore_not_found);
            return [options](Context& context) { return Deletion(*options, context).run(); };
          }};
}

}  // namespace ingot::cli
