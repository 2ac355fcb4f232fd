// SPDX-License-Identifier: Apache-2.0
// From what the user gave (file, name, numbers of nodes, image) to a complete and valid cluster description.
#pragma once

#include "config/cluster_spec.hpp"
#include "context.hpp"
#include "limit_input.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::cli {

struct ClusterInput {
  std::vector<std::string> name;  // positional: at most one
  std::string file;               // "-" is standard input
  std::string control_planes;
  std::string workers;
  std::string ttl;
  LimitInput limits;
};

// Declares all of it: NAME, --file and the numbers of nodes. `input` must live until the command has run.
void declare_input(Flags& flags, ClusterInput& input);

// The file as it is written; an empty name gives an empty description. Error{invalid_input}.
[[nodiscard]] config::ClusterSpec read_cluster_file(const std::string& file, Context& context);

struct ClusterDescription {
  config::ClusterSpec spec;
  // Of what neither the file says nor is built in: "nodes[0].image" -> "INGOT_IMAGE". A path stands for all
  // below it.
  std::map<std::string, std::string> origins;
};

// Name: argument > INGOT_CLUSTER > KIND_CLUSTER_NAME > the file's > user file > "kind" (kind's own order).
// All problems at once: Error{invalid_input}. Nothing is asked of the engine.
[[nodiscard]] ClusterDescription describe_cluster(const ClusterInput& input, Context& context);
[[nodiscard]] config::ClusterSpec make_cluster_spec(const ClusterInput& input, Context& context);

// What settings and the environment say of a create: bootstrap, time limit, cache, and what nodes inherit.
// `bootstrap` and `timeout` are the flags, where there are such.
[[nodiscard]] cluster::CreateOptions create_options(const Context& context, const std::string& bootstrap = {},
                                                    const std::string& timeout = {});

// Where the value at `path` comes from: "--workers", "INGOT_IMAGE", "cluster.yaml:7" or "built-in".
[[nodiscard]] std::string origin_of(const ClusterDescription& description, std::string_view path);

}  // namespace ingot::cli
