// SPDX-License-Identifier: Apache-2.0
// That the schema judges files as we do is tested with another's validator: tests/process/test_schema.py.
#include "config/schema.hpp"
#include "config/fields.hpp"
#include "config/values.hpp"

#include "support/golden.hpp"

#include <nlohmann/json.hpp>
#include <set>

namespace ingot::config {
namespace {

using nlohmann::json;

// Every name below "properties", at any depth.
void collect_names(const json& schema, std::set<std::string>& names) {
  if (schema.contains("properties")) {
    for (const auto& [name, inner] : schema["properties"].items()) {
      names.insert(name);
      collect_names(inner, names);
    }
  }
  if (schema.contains("items")) {
    collect_names(schema["items"], names);
  }
}

std::set<std::string> names_in(const char* part) {
  std::set<std::string> names;
  collect_names(json::parse(json_schema()).at(part), names);
  return names;
}

}  // namespace

TEST_CASE("ingot's file may say everything that kind's may, and more", "[config]") {
  const auto ours = names_in("then");
  const auto kinds = names_in("else");
  CHECK(std::includes(ours.begin(), ours.end(), kinds.begin(), kinds.end()));
  std::set<std::string> more;
  std::set_difference(ours.begin(), ours.end(), kinds.begin(), kinds.end(), std::inserter(more, more.end()));
  CHECK(more == std::set<std::string>{"cpu", "memory", "pids", "gpus", "gpuReplicas", "env", "devices",
                                      "permissions", "ulimits", "soft", "hard", "ttl"});
}

TEST_CASE("every field is in the documentation", "[config]") {
  const auto text = support::read_text(support::source_dir() / "docs/cluster-file.md");
  for (const auto& name : names_in("then")) {
    INFO(name);
    CHECK(text.find("`" + name + "`") != std::string::npos);
  }
}

TEST_CASE("values are listed with the paths under which lines and problems are known", "[config]") {
  ClusterSpec spec;
  spec.name = "a";
  spec.nodes.push_back({.labels = {{"odd key", "x"}}, .env = {{"A", "b"}}, .ulimits = {{"nofile", 1, 2}}});
  std::set<std::string> paths;
  for (const auto& value : values_of(spec)) {
    CHECK(paths.insert(value.path).second);
  }
  for (const auto* path : {"name", "nodes[0].role", "nodes[0].labels.'odd key'", "nodes[0].env.A",
                           "nodes[0].ulimits[0].hard", "networking.podSubnet"}) {
    INFO(path);
    CHECK(paths.contains(path));
  }
  CHECK_FALSE(paths.contains("nodes[0].cpu"));
}

}  // namespace ingot::config
