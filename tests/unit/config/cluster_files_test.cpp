// SPDX-License-Identifier: Apache-2.0
// Every file of tests/data/config: valid-x.yaml gives the spec in valid-x.spec, invalid-x.yaml the problems
// in invalid-x.problems.
#include "base/error.hpp"
#include "config/load.hpp"
#include "config/validate.hpp"

#include "support/golden.hpp"

namespace ingot::config {
namespace {

ClusterSpec load_and_check(const std::filesystem::path& path) {
  ClusterSpec spec = load_cluster_file(support::read_text(path), "cluster.yaml");
  apply_defaults(spec, {.name = "kind", .node_image = "image", .working_dir = "/work"});
  check(spec);
  return spec;
}

std::string problems_of(const std::filesystem::path& path) {
  try {
    (void)load_and_check(path);
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    CHECK(error.failure().message.substr(0, 15) == "'cluster.yaml' ");
    CHECK_FALSE(error.failure().problems.empty());
    std::string text;
    for (const auto& problem : error.failure().problems) {
      text += problem + "\n";
    }
    return text;
  }
  return "none\n";
}

}  // namespace

TEST_CASE("every valid cluster file gives the expected spec", "[config]") {
  const auto files = support::files_in("data/config", "valid-", ".yaml");
  REQUIRE(files.size() >= 10);
  for (auto file : files) {
    INFO(file.string());
    const auto text = to_canonical_text(load_and_check(file));
    support::check_golden(file.replace_extension(".spec"), text);
  }
}

TEST_CASE("every invalid cluster file is refused with all of its problems", "[config]") {
  const auto files = support::files_in("data/config", "invalid-", ".yaml");
  REQUIRE(files.size() >= 30);
  for (auto file : files) {
    INFO(file.string());
    const auto problems = problems_of(file);
    CHECK(problems != "none\n");
    support::check_golden(file.replace_extension(".problems"), problems);
  }
}

}  // namespace ingot::config
