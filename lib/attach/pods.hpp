// SPDX-License-Identifier: Apache-2.0
// Which pods have which devices: the kubelet keeps it in a file of its node (kubernetes, pkg/kubelet/cm/
// devicemanager/checkpoint). Internal to lib/attach.
#pragma once

#include "attach/target.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ingot::attach {

struct Allotment {
  std::string pod_uid;
  std::string device;  // "vendor.com/gpu=0"; of replicas "vendor.com/gpu=0::1"
};

// Of the file's text. Also of pods that have ended: the kubelet forgets them late. Error{untrusted}.
[[nodiscard]] std::vector<Allotment> parse_checkpoint(std::string_view text);

// A pod that is there, and has devices.
struct Holder {
  std::string name_space;
  std::string name;
  std::vector<std::string> devices;
  [[nodiscard]] std::string text() const { return name_space + "/" + name; }
};

// Of a node. Error{cluster_unreachable} and the like of the API.
[[nodiscard]] std::vector<Holder> find_holders(node::Host& host, const Target& target, kube::Client& api,
                                               const std::stop_token& stop);

}  // namespace ingot::attach
