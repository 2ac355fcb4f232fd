// SPDX-License-Identifier: Apache-2.0
#include "kube/probe.hpp"

#include "base/fd.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <optional>

namespace ingot::kube {

namespace {

constexpr int kConnectLimit = 50;  // milliseconds
constexpr int kHangUpLimit = 3;    // a proxy on this machine hangs up faster

using Addresses = std::unique_ptr<addrinfo, decltype([](addrinfo* list) { freeaddrinfo(list); })>;

struct HostPort {
  std::string host;
  std::string port;
};

std::optional<HostPort> split_url(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
  const std::string authority = rest.substr(0, rest.find('/'));
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return std::nullopt;
  }
  std::string host = authority.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return HostPort{host, authority.substr(colon + 1)};
}

// Numeric addresses only: to ask a name server could take seconds.
Addresses resolve(const HostPort& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  return Addresses(getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &list) == 0 ? list
                                                                                             : nullptr);
}

bool connects(const base::Fd& fd, const addrinfo& address) {
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) {
    return true;
  }
  pollfd event{fd.get(), POLLOUT, 0};
  if (errno != EINPROGRESS || ::poll(&event, 1, kConnectLimit) <= 0) {
    return false;
  }
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

// A TLS server waits for us to speak first; whoever hangs up or speaks is none.
bool stays_open(const base::Fd& fd) {
  pollfd event{fd.get(), POLLIN | POLLRDHUP, 0};
  return ::poll(&event, 1, kHangUpLimit) == 0;
}

}  // namespace

bool may_listen(const std::string& url) {
  const auto target = split_url(url);
  const Addresses address = target ? resolve(*target) : Addresses();
  if (!address) {
    return true;
  }
  const base::Fd fd(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return !fd || (connects(fd, *address) && stays_open(fd));
}

}  // namespace ingot::kube
