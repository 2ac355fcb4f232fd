// SPDX-License-Identifier: Apache-2.0
// A container that can have devices. Internal to lib/attach.
#pragma once

#include "base/error.hpp"
#include "device/holding.hpp"
#include "gpu/catalogue.hpp"
#include "kube/client.hpp"
#include "node/host.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ingot::attach {

struct Target {
  docker::ContainerInfo container;
  std::string cluster;       // empty: it is none's
  bool has_kubelet = false;  // it is a node of Kubernetes
  device::Wish has;          // what it was given

  // "node/NAME", or "instance/NAME"
  [[nodiscard]] std::string subject() const {
    return (cluster.empty() ? "instance/" : "node/") + container.name;
  }
};

// Error{not_found}, or Error{already_exists} when it does not run; Error{unsupported} for a load balancer.
[[nodiscard]] Target find_target(node::Host& host, const std::string& name, const std::stop_token& stop);

// "node/NAME", or "instance/NAME", of whatever there is of that name; "node/NAME" where there is nothing.
[[nodiscard]] std::string subject_of(node::Host& host, const std::string& name, const std::stop_token& stop);

// Error{not_found}: no node and no instance has this name.
[[nodiscard]] base::Error no_such_target(const std::string& name);

// By its labels: a node or an instance, and no load balancer.
[[nodiscard]] bool may_have_devices(const docker::Labels& labels);

// A container by id or name; nothing where it is not there, or none that may have devices.
[[nodiscard]] std::optional<Target> target_of(node::Host& host, const std::string& container,
                                              const std::stop_token& stop);

// Containers of ours and of kind's that were given devices.
[[nodiscard]] std::vector<Target> all_targets(node::Host& host, const std::stop_token& stop);

// Names of nodes by device.
[[nodiscard]] std::map<std::string, std::vector<std::string>> holders(const std::vector<Target>& targets);

// The API of its cluster, as the administrator; null where no control plane runs.
[[nodiscard]] std::unique_ptr<kube::Client> api_of(node::Host& host, const Target& target,
                                                   const std::stop_token& stop);

// "vendor.com/gpu" of "vendor.com/gpu=0".
[[nodiscard]] std::string kind_of(const std::string& device);
[[nodiscard]] std::vector<std::string> names_of(const std::vector<cdi::Grant>& grants);

// Whether one of them comes with the device node.
[[nodiscard]] bool have_node(const std::vector<cdi::Grant>& grants, const std::string& path);
// Device nodes that `before` came with, and `after` does not need.
[[nodiscard]] std::vector<std::string> nodes_gone(const std::vector<cdi::Grant>& before,
                                                  const std::vector<cdi::Grant>& after);

// Device nodes of the catalogue that go with none of `grants`, of their kinds: a privileged container has
// them all, and shall not.
[[nodiscard]] std::vector<std::string> hidden_by(const gpu::Catalogue& catalogue,
                                                 const std::vector<cdi::Grant>& grants);

// These devices, and nothing else of their kinds. Errors as gpu::grant_for().
[[nodiscard]] device::Wish to_hold(const gpu::Catalogue& catalogue, const std::vector<std::string>& devices);

// Writes to the Node how many devices of each kind of `now`, or of `before`, there are, as its kubelet would
// within ten seconds, where ingot's plugin tells it; and labels for selectors, by the names that NVIDIA's
// feature discovery has for its own: "vendor.com/gpu.present", ".count", ".replicas", ".sharing-strategy".
void publish(kube::Client& api, const std::string& node, const device::Wish& before, const device::Wish& now,
             const std::stop_token& stop);

}  // namespace ingot::attach
