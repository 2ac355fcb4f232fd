// SPDX-License-Identifier: Apache-2.0
#include "cluster_input.hpp"
#include "commands/commands.hpp"
#include "config/load.hpp"
#include "exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli {

namespace {

int execute(const std::vector<std::string>& files, Context& context) {
  const auto spec = make_cluster_spec({.file = files.empty() ? "" : files.front()}, context);
  const auto workers = std::ranges::count(spec.nodes, config::Role::worker, &config::NodeSpec::role);
  const auto control_planes = static_cast<std::ptrdiff_t>(spec.nodes.size()) - workers;
  const bool is_ours = spec.dialect == config::Dialect::ingot;
  const output::View view{
      .value =
          output::Value::Object{
              {"apiVersion", output::kApiVersion},
              {"kind", "ConfigValidated"},
              {"source", spec.source_name.empty() ? output::Value() : output::Value(spec.source_name)},
              {"fileVersion", is_ours ? config::kIngotApiVersion : config::kKindApiVersion},
              {"name", spec.name},
              {"controlPlanes", static_cast<std::int64_t>(control_planes)},
              {"workers", static_cast<std::int64_t>(workers)}},
      .names = {"cluster/" + spec.name},
      .tables = {}};
  context.print(
      view, fmt::format("{} is valid: cluster '{}', {} control plane{}, {} worker{}\n",
                        spec.source_name.empty() ? "the default" : spec.source_name, spec.name,
                        control_planes, control_planes == 1 ? "" : "s", workers, workers == 1 ? "" : "s"));
  return exit_done;
}

}  // namespace

Command config_validate() {
  return {.path = "config validate",
          .summary = "Check a cluster file",
          .about =
              "Reads a cluster file as ingot cluster create would, with the settings that hold now, and asks "
              "the engine nothing. All problems are told at once, with their lines; then it exits 2.",
          .examples = {{"ingot config validate cluster.yaml", "before it is used"},
                       {"ingot config validate - < cluster.json", "JSON is YAML, too"}},
          .see_also = "ingot cluster create, ingot config schema, ingot config show",
          .declare = [](Flags& flags) -> Action {
            auto files = std::make_shared<std::vector<std::string>>();
            flags.positional({.name = "FILE",
                              .help = "cluster file; - is standard input",
                              .meaning = Meaning::file,
                              .limit = 1,
                              .target = files.get()});
            return [files](Context& context) { return execute(*files, context); };
          }};
}

}  // namespace ingot::cli
