// SPDX-License-Identifier: Apache-2.0
#include "engine/cluster_fixture.hpp"

#include "config/validate.hpp"
#include "node/node_spec.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace ingot::testing {

std::string KeptEvents::notices() const {
  std::string text;
  for (const auto& event : events_) {
    if (const auto* notice = std::get_if<plan::Notice>(&event.body)) {
      text += notice->text + "\n";
    }
  }
  return text;
}

void WaitsForLock::on(const plan::Event& event) noexcept {
  const auto* notice = std::get_if<plan::Notice>(&event.body);
  if (notice != nullptr && notice->text == "waiting for another change of this cluster's nodes") {
    told_.set_value();
  }
}

ClusterFixture::ClusterFixture() = default;

ClusterFixture::~ClusterFixture() {
  CHECK(fake.violations() == std::vector<std::string>());
}

config::ClusterSpec ClusterFixture::spec(const std::string& name, int workers, int control_planes) {
  config::ClusterSpec spec;
  spec.name = name;
  for (int i = 0; i < control_planes; ++i) {
    spec.nodes.emplace_back().role = config::Role::control_plane;
  }
  for (int i = 0; i < workers; ++i) {
    spec.nodes.emplace_back().role = config::Role::worker;
  }
  config::apply_defaults(spec);
  config::check(spec);
  return spec;
}

cluster::CreateOptions ClusterFixture::options(cluster::Bootstrap bootstrap) const {
  cluster::CreateOptions options;
  options.bootstrap = bootstrap;
  options.timeout = std::chrono::seconds(120);  // a loaded machine is slow, not broken
  options.kubeconfig.explicit_path = kubeconfig_path();
  options.kubeconfig.home = home.path().string();
  options.cache_dir = home / "cache";
  options.tool_version = "test";
  return options;
}

cluster::DeleteOptions ClusterFixture::delete_options() const {
  return {.kubeconfig = options().kubeconfig};
}

std::vector<std::string> ClusterFixture::node_names() const {
  std::vector<std::string> names;
  for (const auto& container : fake.containers_with_label(std::string(node::kClusterLabel))) {
    names.push_back(container.name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace ingot::testing
