// SPDX-License-Identifier: Apache-2.0
// An etcd of one member elects itself after up to ten of its heartbeats, a whole second by its default.
// Nobody else listens to them, so alone it gets shorter ones; together with others it would lose them to
// every busy moment. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace ingot::boot {

// Names and values of the flags.
[[nodiscard]] const std::map<std::string, std::string>& lone_etcd_flags();

// A static pod's manifest, or kubeadm's configuration in any of its versions, without these flags: as that of
// a cluster with several members. Other values of theirs stay, whoever chose them.
[[nodiscard]] std::string without_lone_etcd_flags(std::string_view text);

}  // namespace ingot::boot
