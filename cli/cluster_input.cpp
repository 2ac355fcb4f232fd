// SPDX-License-Identifier: Apache-2.0
#include "cluster_input.hpp"

#include "base/error.hpp"
#include "config/load.hpp"
#include "config/validate.hpp"
#include "node_variables.hpp"
#include "text_input.hpp"
#include "version.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli {

namespace {

constexpr int kMostNodes = 1000;

}  // namespace

void declare_input(Flags& flags, ClusterInput& input) {
  flags.positional({.name = "NAME", .help = "of the cluster", .limit = 1, .target = &input.name});
  flags.value("-f,--file", "FILE", "cluster file; - is standard input", input.file).meaning = Meaning::file;
  flags.value("--control-planes", "N", "number of control planes, where the file has none",
              input.control_planes);
  flags.value("--workers", "N", "number of worker nodes, where the file has none", input.workers);
  flags.value("--ttl", "DURATION", "how long it is needed, such as 2h; then delete --expired takes it",
              input.ttl);
  declare_limits(flags, input.limits, " of every node, or of a role: worker=AMOUNT");
}

config::ClusterSpec read_cluster_file(const std::string& file, Context& context) {
  if (file.empty()) {
    return {};
  }
  return config::load_cluster_file(read_text(file, "cluster file", context),
                                   file == "-" ? "standard input" : file);
}

namespace {

// How many nodes of a role: a flag or the file says so, not both.
void add_nodes(ClusterDescription& description, config::Role role, const std::string& flag,
               const std::string& value, int least) {
  auto& spec = description.spec;
  if (value.empty()) {
    return;
  }
  const int count = to_number(value, flag, least, kMostNodes);
  if (std::ranges::find(spec.nodes, role, &config::NodeSpec::role) != spec.nodes.end()) {
    const auto* what = role == config::Role::worker ? "workers" : "control planes";
    throw base::Error(
        {.code = base::ErrorCode::invalid_input,
         .message = fmt::format("both {} and the cluster file say which {} there are", flag, what),
         .remedy = fmt::format("leave {} out, or the {} out of the file", flag, what)});
  }
  for (int i = 0; i < count; ++i) {
    description.origins[fmt::format("nodes[{}]", spec.nodes.size())] = flag;
    spec.nodes.push_back({.role = role});
  }
}

void add_nodes(ClusterDescription& description, const ClusterInput& input) {
  auto& spec = description.spec;
  add_nodes(description, config::Role::control_plane, "--control-planes", input.control_planes, 1);
  if (spec.nodes.empty() && !input.workers.empty()) {
    spec.nodes.push_back({.role = config::Role::control_plane});
  }
  add_nodes(description, config::Role::worker, "--workers", input.workers, 0);
}

}  // namespace

ClusterDescription describe_cluster(const ClusterInput& input, Context& context) {
  ClusterDescription description{.spec = read_cluster_file(input.file, context), .origins = {}};
  auto& [spec, origins] = description;
  const auto name = input.name.empty() ? context.settings.from_environment("cluster")
                                       : Setting{input.name.front(), "argument"};
  if (!name.value.empty()) {
    config::override_name(spec, name.value);
    origins["name"] = name.origin;
  }
  add_nodes(description, input);
  if (!input.ttl.empty()) {
    static_cast<void>(to_duration({input.ttl, "--ttl"}, "time to live"));
    spec.ttl = input.ttl;
    origins["ttl"] = "--ttl";
  }
  const auto default_name = context.settings.get("cluster");
  config::Defaults defaults{.name = default_name.value, .working_dir = context.host.working_dir};
  if (spec.name.empty()) {
    origins["name"] = default_name.origin;
  }
  const auto image = context.settings.get("image");
  if (!image.value.empty()) {
    defaults.node_image = image.value;
  }
  for (std::size_t i = 0; i < std::max(spec.nodes.size(), std::size_t{1}); ++i) {
    if (spec.nodes.empty() || spec.nodes[i].image.empty()) {
      origins[fmt::format("nodes[{}].image", i)] = image.origin;
    }
  }
  config::apply_defaults(spec, defaults);
  for (const auto& [path, flag] : apply_limits(input.limits, spec)) {
    origins[path] = flag;
  }
  config::check(spec);
  return description;
}

config::ClusterSpec make_cluster_spec(const ClusterInput& input, Context& context) {
  return describe_cluster(input, context).spec;
}

std::string origin_of(const ClusterDescription& description, std::string_view path) {
  const auto& [spec, origins] = description;
  for (auto part = std::string(path); !part.empty();) {
    if (const auto found = origins.find(part); found != origins.end()) {
      return found->second;
    }
    const auto last = part.find_last_of(".[");
    part.erase(last == std::string::npos ? 0 : last);
  }
  const auto line = spec.lines.find(std::string(path));
  return line == spec.lines.end() ? "built-in" : fmt::format("{}:{}", spec.source_name, line->second);
}

namespace {

cluster::Bootstrap to_bootstrap(std::string_view word) {
  if (word == "native") {
    return cluster::Bootstrap::native;
  }
  return word == "kubeadm" ? cluster::Bootstrap::kubeadm : cluster::Bootstrap::automatic;
}

}  // namespace

cluster::CreateOptions create_options(const Context& context, const std::string& bootstrap,
                                      const std::string& timeout) {
  const auto& environment = context.host.environment;
  const auto cache = xdg_folder(environment, "XDG_CACHE_HOME", ".cache");
  return {.bootstrap = to_bootstrap(context.settings.get("bootstrap", bootstrap).value),
          .timeout = to_duration(context.settings.get("timeout", timeout), "time limit"),
          .cache_dir = cache.empty() ? "" : cache + "/ingot",
          .tool_version = std::string(kVersion),
          .proxy_env = proxy_variables(environment),
          .node_env = passed_variables(environment)};
}

}  // namespace ingot::cli
