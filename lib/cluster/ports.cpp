// SPDX-License-Identifier: Apache-2.0
#include "cluster/ports.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace ingot::cluster {

namespace {

const char* to_protocol(config::Protocol protocol) {
  switch (protocol) {
    case config::Protocol::tcp:
      return "tcp";
    case config::Protocol::udp:
      return "udp";
    case config::Protocol::sctp:
      return "sctp";
  }
  return "tcp";
}

// Listens on a free TCP port of `address`; TCP for other protocols too, as kind does.
base::Fd listen_anywhere(const std::string& address, int& port) {
  const bool ipv6 = base::is_ipv6(address);
  sockaddr_in name{};
  sockaddr_in6 name6{};
  name.sin_family = AF_INET;
  name6.sin6_family = AF_INET6;
  auto* generic = ipv6 ? reinterpret_cast<sockaddr*>(&name6) : reinterpret_cast<sockaddr*>(&name);
  void* target = ipv6 ? static_cast<void*>(&name6.sin6_addr) : &name.sin_addr;
  socklen_t size = ipv6 ? sizeof(name6) : sizeof(name);
  base::Fd fd(socket(generic->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (inet_pton(generic->sa_family, address.c_str(), target) != 1 || !fd ||
      bind(fd.get(), generic, size) != 0 || listen(fd.get(), 1) != 0 ||
      getsockname(fd.get(), generic, &size) != 0) {
    throw base::Error(base::ErrorCode::environment,
                      fmt::format("no free port could be found on '{}'", address), std::strerror(errno));
  }
  port = ntohs(ipv6 ? name6.sin6_port : name.sin_port);
  return fd;
}

}  // namespace

namespace {

class Holder {
 public:
  Holder(const Creation& creation, std::vector<base::Fd>& held, std::vector<docker::PortBinding>& ports)
      : creation_(creation), held_(held), ports_(ports) {
    held_.clear();
    ports_.clear();
  }

  void add(int container_port, int host_port, std::string address, const char* protocol) {
    if (host_port == 0 && creation_.engine_is_local) {
      held_.push_back(listen_anywhere(address, host_port));
    }
    ports_.push_back({.container_port = container_port,
                      .protocol = protocol,
                      .host_address = std::move(address),
                      .host_port = host_port < 0 ? 0 : host_port});
  }

  // Where users reach the API.
  void add_entrance() {
    const auto& networking = creation_.spec.networking;
    add(node::kApiPort, networking.api_server_port, networking.api_server_address, "tcp");
  }

 private:
  const Creation& creation_;
  std::vector<base::Fd>& held_;
  std::vector<docker::PortBinding>& ports_;
};

}  // namespace

void hold_ports(const Creation& creation, PlannedNode& node) {
  Holder holder(creation, node.held_ports, node.ports);
  for (const auto& mapping : node.spec->extra_port_mappings) {
    holder.add(mapping.container_port, mapping.host_port, mapping.listen_address,
               to_protocol(mapping.protocol));
  }
  if (node.control_plane && creation.balancer) {
    const bool ipv6 = creation.spec.networking.ip_family == config::IpFamily::ipv6;
    holder.add(node::kApiPort, 0, ipv6 ? "::1" : "127.0.0.1", "tcp");
  } else if (node.control_plane) {
    holder.add_entrance();
  }
}

void hold_ports(const Creation& creation, PlannedBalancer& balancer) {
  Holder(creation, balancer.held_ports, balancer.ports).add_entrance();
}

}  // namespace ingot::cluster
