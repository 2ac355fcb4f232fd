// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 server for the fakes: real sockets, one thread per connection, keep-alive. The destructor (or
// die()) breaks every connection and joins every thread; handlers that wait notice by Exchange::wait.
#pragma once

#include "base/fd.hpp"
#include "support/wire/exchange.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace ingot::testing {

class HttpServer {
 public:
  // Called on the connection's thread. A request that it leaves unanswered ends the connection.
  using Handler = std::function<void(Exchange&)>;

  // `listener` is bound, perhaps not listening yet.
  HttpServer(base::Fd listener, Handler handler, std::optional<TlsIdentity> tls = std::nullopt);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Stops listening and breaks all connections; may be called from a handler. Threads end on their own.
  void die();

 private:
  void accept_all();
  void serve(int fd);
  void serve_requests(Stream& stream);

  base::Fd listener_;
  Handler handler_;
  std::optional<TlsIdentity> tls_;
  std::mutex mutex_;
  bool dead_ = false;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// Bound, not listening: nobody else gets the port, and whoever connects is refused. Port 0: a free one. No
// descriptor when the address is in use.
[[nodiscard]] base::Fd bind_tcp(const std::string& address, int& port);
[[nodiscard]] base::Fd bind_unix(const std::string& path);

}  // namespace ingot::testing
