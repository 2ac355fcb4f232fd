// SPDX-License-Identifier: Apache-2.0
#include "cdi/replicas.hpp"

namespace ingot::cdi {

std::vector<std::string> kubelet_ids(const std::string& device, std::int64_t replicas) {
  const auto name = device.substr(device.find('=') + 1);
  if (replicas <= 1) {
    return {name};
  }
  std::vector<std::string> ids;
  for (std::int64_t i = 0; i < replicas; ++i) {
    ids.push_back(name + "::" + std::to_string(i));
  }
  return ids;
}

}  // namespace ingot::cdi
