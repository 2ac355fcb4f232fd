// SPDX-License-Identifier: Apache-2.0
// `plugin`: a device plugin for every kind of device that the node was given (kubernetes.io/docs/concepts/
// extend-kubernetes/compute-storage-net/device-plugins/). It follows the node's CDI files, and registers
// again when the kubelet starts anew.
#pragma once

#include <string>

namespace ingot::agent {

struct PluginFolders {
  std::string cdi;
  std::string kubelet;
};

// Until SIGTERM.
void serve_plugin(const PluginFolders& folders);

}  // namespace ingot::agent
