// SPDX-License-Identifier: Apache-2.0
#include "cluster_input.hpp"

#include "base/error.hpp"
#include "config/load.hpp"
#include "config/validate.hpp"

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

config::ClusterSpec load(const std::string& file, Context& context) {
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
  auto spec = load(input.file, context);
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

}  // namespace ingot::cli
