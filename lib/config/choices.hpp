// SPDX-License-Identifier: Apache-2.0
// The words that the cluster file knows for its enumerations, in one place for reading and writing.
#pragma once

#include "config/cluster_spec.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace ingot::config {

template <typename T, std::size_t N>
using Choices = std::array<std::pair<std::string_view, T>, N>;

inline constexpr Choices<Role, 2> kRoles{{{"control-plane", Role::control_plane}, {"worker", Role::worker}}};
inline constexpr Choices<IpFamily, 3> kIpFamilies{
    {{"ipv4", IpFamily::ipv4}, {"ipv6", IpFamily::ipv6}, {"dual", IpFamily::dual}}};
inline constexpr Choices<KubeProxyMode, 4> kKubeProxyModes{{{"iptables", KubeProxyMode::iptables},
                                                            {"ipvs", KubeProxyMode::ipvs},
                                                            {"nftables", KubeProxyMode::nftables},
                                                            {"none", KubeProxyMode::none}}};
inline constexpr Choices<Propagation, 3> kPropagations{{{"None", Propagation::none},
                                                        {"HostToContainer", Propagation::host_to_container},
                                                        {"Bidirectional", Propagation::bidirectional}}};
inline constexpr Choices<Protocol, 3> kProtocols{
    {{"TCP", Protocol::tcp}, {"UDP", Protocol::udp}, {"SCTP", Protocol::sctp}}};

}  // namespace ingot::config
