// SPDX-License-Identifier: Apache-2.0
// `cluster logs` and `node logs`.
#include "base/error.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "log_folder.hpp"
#include "output/failure.hpp"
#include "parse.hpp"
#include "version.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::vector<std::string> folders;
  std::string node;
  std::string component;
  std::string since;
  std::string tail;
  bool follow = false;

  [[nodiscard]] bool is_reading() const {
    return follow || !node.empty() || !component.empty() || !since.empty() || !tail.empty();
  }
};

void check(const Options& options) {
  if (!options.is_reading()) {
    return;
  }
  if (!options.folders.empty()) {
    throw_usage("cluster logs", "a folder gets everything; --component, --node and --follow print");
  }
  if (options.component.empty() && options.node.empty()) {
    throw_usage("cluster logs", "what is to be printed is missing", "name it by --component or --node");
  }
}

logs::TextSource event_log_source(const Context& context, const std::string& cluster) {
  const auto path = context.event_log_path();
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) {
    return {};
  }
  return [path, subject = "cluster/" + cluster](const auto& write) { read_event_log(path, subject, write); };
}

int export_all(const Options& options, const std::string& name, Context& context) {
  const std::filesystem::path base(context.host.working_dir);
  const bool is_given = !options.folders.empty() && !options.folders.front().empty();
  std::string made;
  const logs::ExportOptions wanted{
      .folder = is_given ? (base / options.folders.front()).lexically_normal().string()
                         : (made = make_log_folder(context)),
      .version_text = fmt::format("ingot {}{}{}", kVersion, kCommit.empty() ? "" : " ", kCommit),
      .event_log = event_log_source(context, name)};
  logs::ExportResult result;
  try {
    auto operation = context.harmless_operation("export logs of cluster/" + name);
    result = context.session().export_logs(name, wanted, context.host.interrupts, operation.events());
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(made, ignored);  // if nothing was put there
    throw;
  }
  for (const auto& missing : result.missing) {
    context.warn(
        fmt::format("missing: {}: {}", output::harmless(missing.what), output::harmless(missing.reason)));
  }
  context.print(output::view_of(result), result.folder + "\n");
  return result.missing.empty() ? exit_done : exit_failed;
}

logs::ReadOptions to_read_options(const Options& options) {
  logs::ReadOptions wanted{.node = options.node,
                           .component = options.component,
                           .follow = options.follow,
                           .since = {},
                           .tail = {}};
  if (!options.since.empty()) {
    const auto since = to_duration({options.since, "--since"}, "time");
    wanted.since = std::chrono::ceil<std::chrono::seconds>(since);
  }
  constexpr int kMostLines = 1'000'000'000;
  if (const int tail = options.tail.empty() ? -1 : to_number(options.tail, "--tail", -1, kMostLines);
      tail >= 0) {  // -1: all, as kubectl has it
    wanted.tail = static_cast<std::uint64_t>(tail);
  }
  return wanted;
}

std::string line_text(const logs::Line& line, bool json, bool for_terminal) {
  if (json) {
    return output::Value(output::Value::Object{{"source", line.source}, {"text", line.text}}).to_json_line() +
           "\n";
  }
  const auto text = for_terminal ? output::harmless(line.text) : std::string(line.text);
  return line.is_only_source ? text + "\n" : fmt::format("[{}] {}\n", line.source, text);
}

int read(const Options& options, const std::string& name, Context& context) {
  const bool json = context.format() == "json";
  auto& out = context.host.out;
  auto written = Written::fine;
  const auto result = context.session().read_logs(
      name, to_read_options(options),
      [&](const logs::Line& line) {
        written = out.write(line_text(line, json, out.is_terminal));
        return written == Written::fine;
      },
      context.stop());
  if (written == Written::reader_gone) {
    throw base::Cancelled();
  }
  if (written == Written::failed) {
    throw base::Error(base::ErrorCode::environment, "the lines cannot be written to standard output");
  }
  for (const auto& node : result.stopped_nodes) {
    context.say(fmt::format("node '{}' has stopped", node));
  }
  return exit_done;
}

int execute(const Options& options, Context& context) {
  check(options);
  const auto name = context.cluster_name(options.names);
  return options.is_reading() ? read(options, name, context) : export_all(options, name, context);
}

void declare_lines(Flags& flags, Options& options) {
  flags.toggle("--follow", "go on until Ctrl-C or the node's end", options.follow);
  flags.value("--component", "NAME", "print the logs of this component", options.component);
  flags.value("--since", "DURATION", "print nothing older, such as 5m", options.since);
  flags.value("--tail", "N", "print at most the last N lines of each source", options.tail);
}

}  // namespace

Command node_logs() {
  return {
      .path = "node logs",
      .summary = "Print a node's journal, or a component's logs there",
      .about =
          "Prints lines as ingot cluster logs --node does: the whole journal, or what one component of the "
          "cluster wrote on this node.",
      .examples = {{"ingot node logs demo-worker --follow", "until Ctrl-C or the node's end"},
                   {"ingot node logs demo-worker --component kubelet --since 5m", "one unit"}},
      .see_also = "ingot cluster logs",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "NODE", .help = "its name", .limit = 1, .target = &options->names});
        declare_lines(flags, *options);
        return [options](Context& context) {
          if (options->names.empty()) {
            throw_usage("node logs", "which node? Its name is missing");
          }
          options->node = options->names.front();
          return read(*options, "", context);
        };
      }};
}

Command cluster_logs() {
  return {
      .path = "cluster logs",
      .summary = "Collect a cluster's logs, or follow a part of them",
      .about =
          "Writes the logs of all nodes, as kind export logs does, with the cluster's objects and events, "
          "into DIR (a new temporary folder when not given) and prints its name. What Secrets hold is left "
          "out. What cannot be had is told, and the exit code is 1. With --component or --node it prints "
          "lines instead: a component of the cluster (apiserver, etcd, controller-manager, scheduler, "
          "kubelet, containerd, coredns, kube-proxy, kindnet, network, local-path-provisioner, console, or "
          "how a pod's name begins) or the whole journal of a node.",
      .examples = {{"ingot cluster logs demo ./logs", "everything, for a bug report"},
                   {"ingot cluster logs demo --component apiserver --follow", "until Ctrl-C"},
                   {"ingot cluster logs demo --node demo-worker --component kubelet --since 5m",
                    "one unit of one node"}},
      .see_also = "ingot cluster status, ingot kubectl",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "NAME",
                          .help = "of the cluster",
                          .meaning = Meaning::cluster,
                          .limit = 1,
                          .target = &options->names});
        flags.positional({.name = "DIR",
                          .help = "folder for the files",
                          .meaning = Meaning::file,
                          .limit = 1,
                          .target = &options->folders});
        flags.value("--node", "NODE", "print logs of this node only", options->node);
        declare_lines(flags, *options);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
