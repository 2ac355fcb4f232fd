// SPDX-License-Identifier: Apache-2.0
// A cluster over the fake engine whose control planes come and go, with an etcd of which only the list of
// members is there.
#pragma once

#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ingot::testing {

// What etcd's gateway answers to curl. Thread-safe.
class FakeEtcd {
 public:
  void add(const std::string& name, const std::string& url);
  [[nodiscard]] std::string answer(const std::string& path, const nlohmann::json& asked);
  [[nodiscard]] std::vector<std::string> names();

  std::function<std::string(const std::string& url)> name_at;

 private:
  nlohmann::json member(const std::string& name, const std::string& url, bool is_learner);
  nlohmann::json& by_id(const nlohmann::json& id);

  std::mutex mutex_;
  std::map<std::string, nlohmann::json> members_;
  int last_id_ = 0;
};

// Cluster "one" with one worker.
class ControlPlanes : public ClusterFixture {
 public:
  explicit ControlPlanes(int count = 3);

  scale::Result scale_to(int count);
  [[nodiscard]] scale::Request to(int count) const {
    return {.verb = scale::Verb::scale, .cluster = "one", .control_planes = count};
  }
  [[nodiscard]] scale::Options how() const { return {.kubeconfig = options().kubeconfig}; }
  [[nodiscard]] base::Failure refusal(const scale::Request& request);

  std::shared_ptr<FakeEtcd> etcd = std::make_shared<FakeEtcd>();
};

}  // namespace ingot::testing
