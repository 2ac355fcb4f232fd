// SPDX-License-Identifier: Apache-2.0
// What a node's containerd has, asked with one command. The answer comes from outside: nonsense is
// Error{untrusted}.
#pragma once

#include "node/host.hpp"

#include <cstdint>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::image {

struct NodeContents {
  struct Row {
    std::string name;
    std::string digest;
    std::uint64_t size = 0;
  };
  std::vector<Row> images;
  std::string snapshotter;
  std::set<std::string> snapshots;  // of unpacked layers: chain ids
  std::set<std::string> blobs;      // digests

  // Whether an image is there; `id` is that of its configuration or, of engines that keep images in
  // containerd, of its index.
  [[nodiscard]] bool has(const std::string& id) const;
  // Whether it is there under this name.
  [[nodiscard]] bool has(const std::string& id, const std::string& name) const;

 private:
  [[nodiscard]] std::set<std::string> digests_of(const std::string& id) const;
};

// The command, for /bin/sh, and what it says.
[[nodiscard]] std::string question();
[[nodiscard]] NodeContents parse_contents(std::string_view answer);

// Error{command_failed} with the node's words.
[[nodiscard]] NodeContents ask(node::Host& host, const node::Node& node, const std::stop_token& stop);

// All at once; the first failure is thrown after all have ended.
[[nodiscard]] std::vector<NodeContents> ask_all(node::Host& host, const std::vector<node::Node>& nodes,
                                                const std::stop_token& stop);

}  // namespace ingot::image
