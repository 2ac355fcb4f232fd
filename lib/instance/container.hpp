// SPDX-License-Identifier: Apache-2.0
// What an engine is told to make an instance: a container like a node's (privileged, with an init of its
// own), whose /var is a volume, so that the engine inside has a real file system to keep its images on. Pure.
#pragma once

#include "docker/types.hpp"
#include "instance/results.hpp"
#include "node/address_plan.hpp"
#include "node/node_spec.hpp"

#include <string>
#include <vector>

namespace ingot::instance {

// What was decided for it beside what its user said.
struct Placement {
  std::string image;
  std::string network;
  node::Addresses addresses;  // pinned; empty where the engine chooses
  std::string disk;
  std::string run_id;
  std::string tool_version;
  std::vector<docker::PortBinding> ports;  // SSH's first
  std::vector<std::string> proxy_env;
};

[[nodiscard]] docker::ContainerSpec to_container_spec(const Spec& spec, const Placement& placement,
                                                      const node::EngineFacts& facts);

}  // namespace ingot::instance
