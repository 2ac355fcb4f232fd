// SPDX-License-Identifier: Apache-2.0
#include "serve/socket_file.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ingot::serve {

namespace {

using base::Error;
using base::ErrorCode;

constexpr int kWaiting = 128;  // connections that have not been accepted yet

[[noreturn]] void refuse(const std::string& where, int error) {
  const bool is_taken = error == EADDRINUSE;
  throw Error({.code = is_taken ? ErrorCode::already_exists : ErrorCode::environment,
               .message = fmt::format("cannot listen at {}", where),
               .cause = std::generic_category().message(error),
               .remedy = is_taken ? "name another port, or port 0 for a free one" : ""});
}

base::Fd take_lock(const std::string& path) {
  base::Fd lock(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) {
    refuse(path, errno);
  }
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Error({.code = ErrorCode::already_exists,
                 .message = fmt::format("a server listens at {} already", path),
                 .remedy = "ingot watch, which uses it; or --socket PATH for another one"});
  }
  return lock;
}

void remove_stale(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) {
    return;
  }
  if (!S_ISSOCK(found.st_mode)) {
    throw Error({.code = ErrorCode::already_exists,
                 .message = fmt::format("{} is there, and is no socket", path),
                 .remedy = "--socket PATH"});
  }
  ::unlink(path.c_str());
}

template <typename Address>
const sockaddr* as_sockaddr(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

HostAndPort split_address(const std::string& address) {
  const auto colon = address.rfind(':');
  HostAndPort parts;
  if (colon != std::string::npos) {
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
               .remedy = "--listen 127.0.0.1:7700"});
}

[[noreturn]] void refuse_host(const std::string& host, bool is_address) {
  if (!is_address) {
    throw Error({.code = ErrorCode::invalid_input,
                 .message = fmt::format("'{}' is no address of this machine", host),
                 .remedy = "--listen 127.0.0.1:7700"});
  }
  throw Error(
      {.code = ErrorCode::unsupported,
       .message = fmt::format("will not listen at {}: beyond this machine only TLS would be safe, and "
                              "it is not there yet",
                              host),
       .remedy = "--listen 127.0.0.1:7700, and ssh -L 7700:127.0.0.1:7700 from elsewhere"});
}

}  // namespace

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.empty() || path_.size() >= sizeof(address.sun_path)) {
    throw Error({.code = ErrorCode::invalid_input,
                 .message = fmt::format("a socket's path has {} bytes at most: '{}'",
                                        sizeof(address.sun_path) - 1, path_),
                 .remedy = "--socket PATH"});
  }
  std::memcpy(static_cast<char*>(address.sun_path), path_.data(), path_.size());
  std::error_code ignored;  // binding says what is wrong
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  lock_ = take_lock(path_);
  remove_stale(path_);
  socket_ = base::Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Nobody can connect before it listens, and then the mode is right.
  if (!socket_ || ::bind(socket_.get(), as_sockaddr(address), sizeof(address)) != 0 ||
      ::chmod(path_.c_str(), 0600) != 0 || ::listen(socket_.get(), kWaiting) != 0) {
    refuse(path_, errno);
  }
}

// The lock's file stays: whoever waits for the lock of a removed one has the lock of nothing.
SocketFile::~SocketFile() {
  ::unlink(path_.c_str());
}

base::Fd listen_on_loopback(std::string& address) {
  const auto [host, port] = split_address(address);
  sockaddr_storage storage{};
  socklen_t size = 0;
  auto* four = reinterpret_cast<sockaddr_in*>(&storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&storage);
  const std::string numeric = host == "localhost" ? "127.0.0.1" : host;
  if (::inet_pton(AF_INET, numeric.c_str(), &four->sin_addr) == 1) {
    if ((ntohl(four->sin_addr.s_addr) >> 24U) != 127U) {
      refuse_host(host, true);
    }
    storage.ss_family = AF_INET;
    four->sin_port = htons(port);
    size = sizeof(*four);
  } else if (::inet_pton(AF_INET6, numeric.c_str(), &six->sin6_addr) == 1) {
    if (!IN6_IS_ADDR_LOOPBACK(&six->sin6_addr)) {
      refuse_host(host, true);
    }
    storage.ss_family = AF_INET6;
    six->sin6_port = htons(port);
    size = sizeof(*six);
  } else {
    refuse_host(host, false);
  }
  base::Fd socket(::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
      ::bind(socket.get(), as_sockaddr(storage), size) != 0 || ::listen(socket.get(), kWaiting) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    refuse(address, errno);
  }
  address =
      base::host_and_port(numeric, ntohs(storage.ss_family == AF_INET ? four->sin_port : six->sin6_port));
  return socket;
}

}  // namespace ingot::serve
