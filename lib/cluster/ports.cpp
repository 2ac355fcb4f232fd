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

// Listens on a TCP port of `address`, a free one for 0; TCP for other protocols too, as kind does. Not open
// when it cannot.
base::Fd listen_on(const std::string& address, int& port) {
  const bool ipv6 = base::is_ipv6(address);
  sockaddr_in name{};
  sockaddr_in6 name6{};
  name.sin_family = AF_INET;
  name6.sin6_family = AF_INET6;
  name.sin_port = name6.sin6_port = htons(static_cast<std::uint16_t>(port));
  auto* generic = ipv6 ? reinterpret_cast<sockaddr*>(&name6) : reinterpret_cast<sockaddr*>(&name);
  void* target = ipv6 ? static_cast<void*>(&name6.sin6_addr) : &name.sin_addr;
  socklen_t size = ipv6 ? sizeof(name6) : sizeof(name);
  base::Fd fd(socket(generic->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;  // connections of whoever had it before may still be ending
  if (inet_pton(generic->sa_family, address.c_str(), target) != 1 || !fd ||
      (port != 0 && setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0) ||
      bind(fd.get(), generic, size) != 0 || listen(fd.get(), 1) != 0 ||
      getsockname(fd.get(), generic, &size) != 0) {
    return {};
  }
  port = ntohs(ipv6 ? name6.sin6_port : name.sin_port);
  return fd;
}

base::Fd listen_anywhere(const std::string& address, int& port) {
  auto fd = listen_on(address, port);
  if (!fd) {
    throw base::Error(base::ErrorCode::environment,
                      fmt::format("no free port could be found on '{}'", address), std::strerror(errno));
  }
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

std::optional<base::Fd> hold_port(const std::string& address, int& port) {
  const std::string any = "0.0.0.0";
  if (port == 0) {
    return listen_anywhere(address.empty() ? any : address, port);
  }
  auto fd = listen_on(address.empty() ? any : address, port);
  return fd ? std::optional(std::move(fd)) : std::nullopt;
}

}  // namespace ingot::cluster
