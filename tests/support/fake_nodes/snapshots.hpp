// SPDX-License-Identifier: Apache-2.0
// What runs in the containers that copy between nodes and snapshots. The scripts (lib/snapshot/areas.hpp,
// etcd_identity.hpp) are not run: these programs read in them which areas and checksums are meant, and do
// what they say with the fake's files. A snapshot of theirs has everything in changes.tar, so it is what
// there was while nodes were paused.
#pragma once

#include "support/fake_engine/fake_engine.hpp"

#include <functional>
#include <string>

namespace ingot::testing {

// etcd's files of a node, below /var: who keeps them, and what is in them.
inline constexpr const char* kEtcdOwner = "/lib/etcd/member/owner";
inline constexpr const char* kEtcdObjects = "/lib/etcd/member/snap/db";

// `objects_of` gives what the etcd of a container has, by the container's id: etcd has on its disk whatever
// it confirmed, and the fake only when somebody looks.
void add_snapshot_programs(FakeEngine& engine,
                           const std::function<std::string(const std::string& container)>& objects_of);

}  // namespace ingot::testing
