// SPDX-License-Identifier: Apache-2.0
// Keeps clients waiting at the API server's door instead of sending them away. kubelets, controllers and we
// start before the API server listens; a refused connection makes client-go look again only after 1, 2, 4 ...
// seconds, which would be most of a boot. So systemd listens on the port from the first moment and takes no
// connection (at a later boot: from the moment at which the static pods run); when the API server listens too
// (--permit-port-sharing), the socket is closed and the kernel hands the waiting connections over
// (net.ipv4.tcp_migrate_req, Linux 5.14; Documentation/networking/ip-sysctl.rst).
#pragma once

#include "tar/tar.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace ingot::boot {

// For every control plane. Older kernels leave it out by themselves and only lose the time.
[[nodiscard]] std::vector<tar::File> api_door_files();

// What the API server needs to share its port: name and value of its flag.
[[nodiscard]] std::pair<std::string_view, std::string_view> api_door_flag();

}  // namespace ingot::boot
