// SPDX-License-Identifier: Apache-2.0
#include "cluster_input.hpp"

#include "base/error.hpp"
#include "config/load.hpp"
#include "config/validate.hpp"
#include "version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ingot::cli {

namespace {

constexpr int kMostNodes = 1000;
constexpr std::size_t kLargestFile = std::size_t{4} << 20;

std::string read_standard_input(Context& context) {
  std::string text;
  for (;;) {
    const auto piece = context.host.in.read(context.stop());
    if (piece.empty()) {
      return text;
    }
    text += piece;
    if (text.size() > kLargestFile) {
      throw base::Error(base::ErrorCode::invalid_input, "standard input is too long for a cluster file");
    }
  }
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    throw base::Error(base::ErrorCode::invalid_input,
                      fmt::format("the cluster file '{}' cannot be read", path), std::strerror(errno));
  }
  return text;
}

}  // namespace

config::ClusterSpec read_cluster_file(const std::string& file, Context& context) {
  if (file.empty()) {
    return {};
  }
  if (file == "-") {
    return config::load_cluster_file(read_standard_input(context), "standard input");
  }
  const auto path = (std::filesystem::path(context.host.working_dir) / file).string();
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) {
    throw base::Error(base::ErrorCode::invalid_input, fmt::format("the cluster file '{}' is a folder", file));
  }
  return config::load_cluster_file(read_file(path), file);
}

namespace {

// How many nodes of a role: a flag or the file says so, not both.
void add_nodes(config::ClusterSpec& spec, config::Role role, std::string_view flag, const std::string& value,
               int least) {
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
    spec.nodes.push_back({.role = role});
  }
}

void add_nodes(config::ClusterSpec& spec, const ClusterInput& input) {
  add_nodes(spec, config::Role::control_plane, "--control-planes", input.control_planes, 1);
  if (spec.nodes.empty() && !input.workers.empty()) {
    spec.nodes.push_back({.role = config::Role::control_plane});
  }
  add_nodes(spec, config::Role::worker, "--workers", input.workers, 0);
}

}  // namespace

config::ClusterSpec make_cluster_spec(const ClusterInput& input, Context& context) {
  auto spec = read_cluster_file(input.file, context);
  if (!input.name.empty()) {
    spec.name = input.name.front();
  } else if (const auto name = context.settings.from_environment("cluster"); !name.value.empty()) {
    spec.name = name.value;
  }
  add_nodes(spec, input);
  config::Defaults defaults{.name = context.settings.get("cluster").value,
                            .working_dir = context.host.working_dir};
  if (const auto image = context.settings.get("image"); !image.value.empty()) {
    defaults.node_image = image.value;
  }
  config::apply_defaults(spec, defaults);
  config::check(spec);
  return spec;
}

namespace {

cluster::Bootstrap to_bootstrap(std::string_view word) {
  if (word == "native") {
    return cluster::Bootstrap::native;
  }
  return word == "kubeadm" ? cluster::Bootstrap::kubeadm : cluster::Bootstrap::automatic;
}

// In kind's order: the upper-case spelling wins.
std::vector<std::string> proxy_variables(const Environment& environment) {
  std::vector<std::string> found;
  for (const char* name : {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"}) {
    std::string lower(name);
    for (char& c : lower) {
      c = c == '_' ? c : static_cast<char>(c - 'A' + 'a');
    }
    auto value = lookup(environment, name);
    value = value.empty() ? lookup(environment, lower) : value;
    if (!value.empty()) {
      found.push_back(fmt::format("{}={}", name, value));
    }
  }
  return found;
}

}  // namespace

cluster::CreateOptions create_options(const Context& context, const std::string& bootstrap,
                                      const std::string& timeout) {
  const auto& environment = context.host.environment;
  const auto cache = xdg_folder(environment, "XDG_CACHE_HOME", ".cache");
  cluster::CreateOptions options{
      .bootstrap = to_bootstrap(context.settings.get("bootstrap", bootstrap).value),
      .timeout = to_duration(context.settings.get("timeout", timeout), "time limit"),
      .cache_dir = cache.empty() ? "" : cache + "/ingot",
      .tool_version = std::string(kVersion),
      .proxy_env = proxy_variables(environment)};
  // kind's own, for its images' entrypoint.
  constexpr std::string_view snapshotter = "KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER";
  if (const auto value = lookup(environment, snapshotter); !value.empty()) {
    options.node_env.push_back(fmt::format("{}={}", snapshotter, value));
  }
  return options;
}

}  // namespace ingot::cli
