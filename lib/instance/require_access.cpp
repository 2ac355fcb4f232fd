// SPDX-License-Identifier: Apache-2.0
#include "instance/require_access.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "instance/access.hpp"
#include "instance/machine.hpp"
#include "instance/observe.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::instance {

SshAccess require_access(node::Host& host, const std::string& name, const std::string& folder,
                         const std::stop_token& stop) {
  const auto info = require_running(host, name, stop);
  SshAccess access{.folder = access_folder(folder, name)};
  const auto port = std::ranges::find(info.ports, kSshPort, &docker::PortBinding::container_port);
  if (port == info.ports.end()) {
    throw base::Error(base::ErrorCode::unsupported,
                      fmt::format("instance '{}' publishes no port for SSH", name));
  }
  access.address = address_to_reach(port->host_address);
  access.port = port->host_port;
  if (has_access(folder, name)) {
    return access;
  }
  const auto host_line = host.read_file(info.id, "/etc/ssh/ssh_host_ed25519_key.pub", stop);
  if (!host_line) {
    throw base::Error(base::ErrorCode::unsupported,
                      fmt::format("instance '{}' has no key of an SSH server", name));
  }
  const auto key = pki::make_ssh_key("ingot@" + name);
  run_script(
      host, info.id, "letting a new key in",
      fmt::format(
          "mkdir -p /root/.ssh && chmod 700 /root/.ssh && printf '%s\\n' '{}' >>/root/.ssh/authorized_keys "
          "&& chmod 600 /root/.ssh/authorized_keys",
          key.public_line),
      stop);
  save_access(folder, name, access, key, std::string(base::trim(*host_line)));
  return access;
}

}  // namespace ingot::instance
