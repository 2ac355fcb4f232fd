// SPDX-License-Identifier: Apache-2.0
// A cluster that was created with one control plane reaches its API by that one's name. With a load balancer
// before it everything that says so says the load balancer's name instead, as in a cluster that was created
// with several: files of nodes, objects, and the user's kubeconfig. What does is found by looking, so that
// the next change finishes what an interrupted one began. Internal to lib/scale.
#pragma once

#include "tar/tar.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::scale {

// Pure: `text` with the API at `entrance` wherever it is at one of `control_planes`, by name.
[[nodiscard]] std::string led_to(const std::string& entrance, const std::vector<std::string>& control_planes,
                                 std::string_view text);

struct LedNode {
  std::string name;
  std::string id;
  bool runs = false;
  bool restarts_kubelet = false;
  std::vector<tar::File> files;      // as they shall be
  std::vector<tar::File> old_files;  // as they are
};

struct LedObject {
  std::string path;
  bool is_daemon_set = false;  // whose pods are then replaced by its controller
  std::shared_ptr<nlohmann::json> change;
  std::shared_ptr<nlohmann::json> back;
};

struct LedKubeconfig {
  std::string file;
  std::string server;          // as it is
  bool is_on_network = false;  // of those who reach containers by name
};

struct Leading {
  std::vector<LedNode> nodes;
  std::vector<LedObject> objects;
  bool restarts_proxies = false;  // kube-proxy reads its configuration when it starts
  std::vector<LedKubeconfig> kubeconfigs;
  std::vector<std::string> old_proxies;  // pods, by name; written by a step
  std::string ca;                        // of the cluster
};

}  // namespace ingot::scale
