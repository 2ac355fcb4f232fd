// SPDX-License-Identifier: Apache-2.0
// Where things are in a node. lib/device reads the state file, too.
#pragma once

namespace ingot::agent {

// The agent itself, as lib/device/agent.hpp puts it there, and the word by which a runtime calls it.
inline constexpr const char* kAgent = "/kind/ingot/agent";
inline constexpr const char* kCacheWord = "cache-libraries";
// What the node was given: stays over a restart.
inline constexpr const char* kStateFile = "/kind/ingot/devices.json";
// On a tmpfs, like all that the kernel was asked for: after a restart nothing is offered that is not there.
inline constexpr const char* kCdiFolder = "/run/cdi";
inline constexpr const char* kRunFolder = "/run/ingot";
inline constexpr const char* kToldFile = "/run/ingot/device-plugin.json";
inline constexpr const char* kMaskFile = "/run/ingot/nvidia-params";
inline constexpr const char* kParamsFile = "/proc/driver/nvidia/params";
inline constexpr const char* kLinkerFile = "/etc/ld.so.conf.d/00-ingot-devices.conf";
inline constexpr const char* kFilePrefix = "ingot-";  // of our CDI files
inline constexpr const char* kKubeletFolder = "/var/lib/kubelet/device-plugins";

}  // namespace ingot::agent
