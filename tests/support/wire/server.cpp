// SPDX-License-Identifier: Apache-2.0
#include "support/wire/server.hpp"

#include "base/error.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace ingot::testing {

namespace {

// OpenSSL writes without MSG_NOSIGNAL.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

[[noreturn]] void fail(const char* doing) {
  throw base::Error(base::ErrorCode::internal, doing, std::strerror(errno));
}

}  // namespace

HttpServer::HttpServer(base::Fd listener, Handler handler, std::optional<TlsIdentity> tls)
    : listener_(std::move(listener)), handler_(std::move(handler)), tls_(std::move(tls)) {
  if (::listen(listener_.get(), 128) != 0) {
    fail("the fake server cannot listen");
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  die();
  acceptor_.join();  // no thread is added any more
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void HttpServer::die() {
  const std::scoped_lock lock(mutex_);
  dead_ = true;
  ::shutdown(listener_.get(), SHUT_RDWR);
  for (const int fd : open_) {
    ::shutdown(fd, SHUT_RDWR);
  }
}

void HttpServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    const std::scoped_lock lock(mutex_);
    if (fd < 0 || dead_) {
      if (fd >= 0) {
        ::close(fd);
      }
      return;
    }
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void HttpServer::serve(int fd) {
  block_sigpipe();
  if (const auto stream = tls_ ? tls_stream(fd, *tls_) : plain_stream(fd)) {
    serve_requests(*stream);
  }
  const std::scoped_lock lock(mutex_);
  std::erase(open_, fd);
  ::close(fd);
}

void HttpServer::serve_requests(Stream& stream) {
  std::string rest;
  for (;;) {
    auto request = read_request(stream, rest);
    if (!request) {
      return;
    }
    Exchange exchange(stream, std::move(*request), rest);
    handler_(exchange);
    if (!exchange.is_answered() || !exchange.keeps_alive()) {
      return;
    }
  }
}

base::Fd bind_tcp(const std::string& address, int& port) {
  base::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;  // connections of an earlier run may linger
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address.c_str(), &name.sin_addr);
  socklen_t size = sizeof(name);
  auto* generic = reinterpret_cast<sockaddr*>(&name);
  if (::bind(fd.get(), generic, size) != 0 || ::getsockname(fd.get(), generic, &size) != 0) {
    return {};
  }
  port = ntohs(name.sin_port);
  return fd;
}

base::Fd bind_unix(const std::string& path) {
  base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof(name.sun_path)) {
    errno = ENAMETOOLONG;
    fail("the fake engine's socket has too long a path");
  }
  path.copy(name.sun_path, sizeof(name.sun_path) - 1);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof(name)) != 0) {
    fail("the fake engine cannot bind its socket");
  }
  return fd;
}

}  // namespace ingot::testing
