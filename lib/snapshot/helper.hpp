// SPDX-License-Identifier: Apache-2.0
// The container of the engine that copies between nodes and snapshots: no byte of them passes through this
// program. Internal to lib/snapshot.
#pragma once

#include "docker/types.hpp"
#include "node/host.hpp"
#include "node/throw_away.hpp"
#include "snapshot/areas.hpp"
#include "snapshot/shelf.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::snapshot {

// Why this engine cannot have snapshots; empty when it can.
[[nodiscard]] std::string why_not(const docker::EngineInfo& engine);
// Error{unsupported} with that.
void require_storage(node::Host& host, const std::stop_token& stop);

// Runs `script`, with the snapshot's files in their place, unless `data_volume` is empty. Not made yet;
// `cluster` is whom the areas belong to.
[[nodiscard]] docker::ContainerSpec helper(const std::string& image_id, const std::string& cluster,
                                           const std::string& script, const std::string& data_volume,
                                           bool writes_snapshot);
// Mounts a node's areas. Error{not_found} when its container is gone, Error{unsupported} when the engine does
// not tell where they are.
void mount_areas(docker::ContainerSpec& spec, const docker::ContainerInfo& container, std::size_t node,
                 bool has_volume, bool read_only);
void mount_image(docker::ContainerSpec& spec, const docker::ImageInfo& image, std::size_t place);

// The volume at /var; empty: there is none.
[[nodiscard]] std::string volume_of(const docker::ContainerInfo& container);

// A container made of helper() that reads a snapshot's files, not started. Error{not_found} when they have
// been removed since the snapshot was found; from here on they cannot be.
[[nodiscard]] std::unique_ptr<node::ThrowAway> reader(node::Host& host, const docker::ContainerSpec& spec,
                                                      const Stored& snapshot, const std::stop_token& stop);

// Starts a container made for unpack_script() and waits for its end. Errors as unpack().
void run(node::Host& host, const std::string& id, const std::string& reference, const std::stop_token& stop);

// Compares the parts with their checksums, and unpacks what `areas` names. Error{untrusted} when one is
// damaged; errors as reader().
void unpack(node::Host& host, const docker::ContainerSpec& spec, const Stored& snapshot,
            const std::stop_token& stop);

}  // namespace ingot::snapshot
