// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "exit_code.hpp"
#include "kind/commands.hpp"
#include "log_folder.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace ingot::cli::kind {

namespace {

struct Options {
  std::string name;
  std::string kubeconfig;
  std::vector<std::string> folder;
  bool internal = false;
};

int write_kubeconfig(const Options& options, Context& context) {
  check_provider(context);
  const auto name = cluster_name(options.name, context);
  require_control_plane(name, context);
  context.session().write_kubeconfig(name, options.internal,
                                     context.kubeconfig_target(options.kubeconfig, true), context.stop());
  context.say(fmt::format("Set kubectl context to \"kind-{}\"", name));
  return exit_done;
}

int write_logs(const Options& options, Context& context) {
  check_provider(context);
  const auto name = cluster_name(options.name, context);
  if (context.session().list_nodes(name, context.stop()).empty()) {
    throw base::Error(base::ErrorCode::not_found, fmt::format("unknown cluster \"{}\"", name));
  }
  const std::string folder = options.folder.empty() ? make_log_folder(context) : options.folder.front();
  context.say(fmt::format("Exporting logs for cluster \"{}\" to:", name));
  context.host.out.write(folder + "\n");
  Silence silence;
  const auto result = context.session().export_logs(
      name,
      {.folder = (std::filesystem::path(context.host.working_dir) / folder).lexically_normal().string(),
       .version_text = version_text(false),
       .only_kinds_files = true},
      context.host.interrupts, silence);
  std::string missing;
  for (const auto& [what, reason] : result.missing) {
    missing += fmt::format("{}{}: {}", missing.empty() ? "" : ", ", what, reason);
  }
  if (!missing.empty()) {
    throw base::Error(base::ErrorCode::command_failed, "not everything could be exported", missing);
  }
  return exit_done;
}

}  // namespace

Command export_kubeconfig() {
  return {.path = "export kubeconfig",
          .summary = "Write a cluster's kubeconfig entries",
          .examples = {{"kind export kubeconfig --name demo", "into $KUBECONFIG or $HOME/.kube/config"},
                       {"kind export kubeconfig --kubeconfig ./demo", "into another file"}},
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.toggle("--internal", "with the address inside the cluster's network", options->internal);
            flags
                .value("--kubeconfig", "string",
                       "kubeconfig file to write to, instead of $KUBECONFIG or $HOME/.kube/config",
                       options->kubeconfig)
                .meaning = Meaning::file;
            declare_name(flags, options->name);
            return [options](Context& context) { return write_kubeconfig(*options, context); };
          }};
}

Command export_logs() {
  return {.path = "export logs",
          .summary = "Write the logs of a cluster's nodes into a folder",
          .examples = {{"kind export logs ./logs", "into that folder"},
                       {"kind export logs --name demo", "into a new one, whose name is printed"}},
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional(
                {.name = "[FOLDER]", .meaning = Meaning::file, .limit = 1, .target = &options->folder});
            declare_name(flags, options->name);
            return [options](Context& context) { return write_logs(*options, context); };
          }};
}

}  // namespace ingot::cli::kind
