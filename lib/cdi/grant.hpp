// SPDX-License-Identifier: Apache-2.0
// What a container is given so that it can use one device: a CDI description taken apart into what the kernel
// is asked for. The device agent (manifests/device-agent/) does it, and keeps it in the container, as JSON:
// grant_json.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ingot::cdi {

// What is not given is as the machine's own device node has it.
struct GrantedNode {
  std::string path;
  std::string host_path;
  std::string type;  // "b", "c" or "u"
  std::optional<std::int64_t> major;
  std::optional<std::int64_t> minor;
  std::optional<std::int64_t> mode;
  std::optional<std::int64_t> uid;
  std::optional<std::int64_t> gid;
  std::string permissions;  // of "rwm", for pods; empty: all of them
};

struct GrantedMount {
  std::string host_path;
  std::string path;
  bool read_only = false;
  bool no_exec = false;
};

struct GrantedLink {
  std::string path;
  std::string target;  // as written: may be relative
};

struct Grant {
  std::string device;  // "vendor.com/gpu=0"
  std::vector<std::string> env;
  std::vector<GrantedNode> nodes;
  std::vector<GrantedMount> mounts;
  std::vector<GrantedLink> links;
  std::vector<std::string> library_folders;  // for the dynamic linker
  std::vector<std::int64_t> gids;
  // NVIDIA's library, asked anything, would make the nodes of all GPUs of the machine; it shall not.
  bool masks_params = false;
  // As how many of its kind a kubelet is told of it: so many pods share it (replicas.hpp).
  std::int64_t replicas = 1;
};

}  // namespace ingot::cdi
