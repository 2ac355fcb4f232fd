// SPDX-License-Identifier: Apache-2.0
#include "serve/address.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

namespace ingot::serve {

namespace {

using base::Error;
using base::ErrorCode;

constexpr int kWaiting = 128;  // connections that have not been accepted yet

// A host as the system takes it.
struct SystemAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] sockaddr_in& four() { return reinterpret_cast<sockaddr_in&>(storage); }
  [[nodiscard]] sockaddr_in6& six() { return reinterpret_cast<sockaddr_in6&>(storage); }
  [[nodiscard]] sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] std::uint16_t port() {
    return ntohs(storage.ss_family == AF_INET ? four().sin_port : six().sin6_port);
  }
};

// Nothing for names.
std::optional<SystemAddress> to_system(std::string_view host, std::uint16_t port = 0) {
  const std::string numeric(host == "localhost" ? "127.0.0.1" : host);
  SystemAddress address;
  if (::inet_pton(AF_INET, numeric.c_str(), &address.four().sin_addr) == 1) {
    address.storage.ss_family = AF_INET;
    address.four().sin_port = htons(port);
    address.size = sizeof(sockaddr_in);
  } else if (::inet_pton(AF_INET6, numeric.c_str(), &address.six().sin6_addr) == 1) {
    address.storage.ss_family = AF_INET6;
    address.six().sin6_port = htons(port);
    address.size = sizeof(sockaddr_in6);
  } else {
    return std::nullopt;
  }
  return address;
}

[[noreturn]] void refuse(const std::string& address, int error) {
  const bool is_taken = error == EADDRINUSE;
  const bool is_elsewhere = error == EADDRNOTAVAIL;
  throw Error(
      {.code = is_taken ? ErrorCode::already_exists : ErrorCode::environment,
       .message = fmt::format("cannot listen at {}", address),
       .cause = is_elsewhere ? "this machine has no such address" : std::generic_category().message(error),
       .remedy = is_taken       ? "name another port, or port 0 for a free one"
                 : is_elsewhere ? "--listen 0.0.0.0:7700, for all that it has"
                                : ""});
}

}  // namespace

HostAndPort split_address(const std::string& address) {
  const auto colon = address.rfind(':');
  HostAndPort parts;
  if (colon != std::string::npos && colon != 0) {
    parts.host = address.substr(0, colon);
    const char* end = address.data() + address.size();
    const auto result = std::from_chars(address.data() + colon + 1, end, parts.port);
    if (result.ec == std::errc() && result.ptr == end) {
      if (parts.host.starts_with('[') && parts.host.ends_with(']')) {
        parts.host = parts.host.substr(1, parts.host.size() - 2);
      }
      return parts;
    }
  }
  throw Error({.code = ErrorCode::invalid_input,
               .message = fmt::format("'{}' is no address with a port", address),
               .remedy = "write it as 127.0.0.1:7700"});
}

bool is_loopback(std::string_view host) {
  auto address = to_system(host);
  if (!address) {
    return false;
  }
  return address->storage.ss_family == AF_INET ? (ntohl(address->four().sin_addr.s_addr) >> 24U) == 127U
                                               : IN6_IS_ADDR_LOOPBACK(&address->six().sin6_addr);
}

bool is_any_address(std::string_view host) {
  auto address = to_system(host);
  if (!address) {
    return false;
  }
  return address->storage.ss_family == AF_INET ? address->four().sin_addr.s_addr == htonl(INADDR_ANY)
                                               : IN6_IS_ADDR_UNSPECIFIED(&address->six().sin6_addr);
}

base::Fd listen_at(std::string& address) {
  const auto [host, port] = split_address(address);
  auto where = to_system(host, port);
  if (!where) {
    throw Error({.code = ErrorCode::invalid_input,
                 .message = fmt::format("'{}' is no address of this machine", host),
                 .remedy = "--listen 127.0.0.1:7700, or 0.0.0.0:7700 for others, too"});
  }
  base::Fd socket(::socket(where->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
      ::bind(socket.get(), where->raw(), where->size) != 0 || ::listen(socket.get(), kWaiting) != 0 ||
      ::getsockname(socket.get(), where->raw(), &where->size) != 0) {
    refuse(address, errno);
  }
  address = base::host_and_port(reached_at(socket.get()), where->port());
  return socket;
}

void send_at_once(int socket) {
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

std::string reached_at(int socket) {
  SystemAddress address;
  address.size = sizeof(address.storage);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::getsockname(socket, address.raw(), &address.size) != 0) {
    return {};
  }
  const bool is_six = address.storage.ss_family == AF_INET6;
  const char* found = nullptr;
  if (is_six && IN6_IS_ADDR_V4MAPPED(&address.six().sin6_addr)) {  // by IPv4, at [::]
    found = ::inet_ntop(AF_INET, &address.six().sin6_addr.s6_addr[12], text.data(), text.size());
  } else if (is_six) {
    found = ::inet_ntop(AF_INET6, &address.six().sin6_addr, text.data(), text.size());
  } else if (address.storage.ss_family == AF_INET) {
    found = ::inet_ntop(AF_INET, &address.four().sin_addr, text.data(), text.size());
  }
  return found == nullptr ? std::string() : std::string(found);
}

}  // namespace ingot::serve
