// SPDX-License-Identifier: Apache-2.0
// A fake engine on whose machine are three devices, "v.com/gpu=0" to "=2". The agent is a few lines here: it
// keeps what it is asked for in the container, as the real one does, and asks nothing of a kernel.
#pragma once

#include "engine/cluster_fixture.hpp"

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ingot::testing {

class GpusFixture : public ClusterFixture {
 public:
  static constexpr const char* kState = "/kind/ingot/devices.json";
  static constexpr const char* kAgent = "/kind/ingot/agent";

  GpusFixture();

  attach::Result change(attach::Verb verb, const std::string& node, const std::vector<std::string>& devices,
                        bool force = false);
  base::Failure refusal(attach::Verb verb, const std::string& node, const std::vector<std::string>& devices,
                        bool force = false);
  // What a container was given last.
  std::vector<std::string> given(const std::string& node);
  void put(const std::string& node, const std::string& path, const std::string& text);
  // As after a restart that was none of ours: what the kernel was asked for is gone.
  void lose_devices(const std::string& node);

  gpu::Roots roots{.base = home.path().string(), .cdi = {home.path().string()}};
  nlohmann::json last_request;  // that the agent got
  int failures = 0;             // of the agent, to come
  std::string users = "[]";     // what it says of processes

 private:
  int sync(Process& process);

  std::mutex mutex_;
  std::map<std::string, nlohmann::json> described_;  // by container: its CDI file
};

}  // namespace ingot::testing
