// SPDX-License-Identifier: Apache-2.0
// The labels of an instance's container and of its own volume: the only state. Beside them are those of
// node/node_spec.hpp for the version, the run, the pinned address and the restart policy.
#pragma once

#include <string>
#include <string_view>

namespace ingot::instance {

inline constexpr std::string_view kInstanceLabel = "dev.ingot.instance";  // its name
inline constexpr std::string_view kSshLabel = "dev.ingot.instance.ssh";   // "127.0.0.1:40022"
inline constexpr std::string_view kClusterLabel = "dev.ingot.instance.cluster";
inline constexpr std::string_view kDiskLabel = "dev.ingot.instance.disk";  // the volume's name

// On images that our recipe made (`ingot image build --instance`, tools/instance-image).
inline constexpr std::string_view kImageLabel = "dev.ingot.instance-image";

// Of the volume that goes with its instance.
[[nodiscard]] inline std::string own_disk(const std::string& name) {
  return "ingot-instance-" + name;
}

}  // namespace ingot::instance
