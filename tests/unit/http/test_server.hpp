// SPDX-License-Identifier: Apache-2.0
// A small HTTP/1.1 server for the client's tests, in this process: on a unix socket in a folder of its own,
// or with TLS on a free port of 127.0.0.1. A handler answers each request with raw bytes, so that a test can
// answer as badly as it likes. One thread per connection; the destructor ends and joins them all.
#pragma once

#include "base/fd.hpp"
#include "http/client.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace ingot::http {

struct ServerTls {
  std::string certificate;
  std::string key;
  std::string client_ca;  // not empty: a client needs a certificate of this authority
};

// The server's end of one connection.
class Peer {
 public:
  virtual ~Peer() = default;
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  // Some bytes; empty at the end.
  virtual std::string receive() = 0;
  // False once the other side is gone.
  virtual bool send(std::string_view bytes) = 0;
};

struct Received {
  std::string method;
  std::string target;
  std::string head;
  std::string body;
};

class TestServer {
 public:
  // Returns false to close the connection.
  using Handler = std::function<bool(const Received& request, Peer& peer)>;

  explicit TestServer(Handler handler, std::optional<ServerTls> tls = std::nullopt, bool on_tcp = false);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] Endpoint endpoint() const;
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] int requests() const { return requests_; }
  // Returns once the server has closed all its connections.
  void wait_until_closed();

 private:
  void listen_unix();
  void listen_tcp();
  void accept_all();
  void serve(int fd);
  bool serve_one(Peer& peer, std::string& rest);

  Handler handler_;
  std::optional<ServerTls> tls_;
  std::string folder_;
  int port_ = 0;
  base::Fd listener_;
  std::atomic<int> connections_ = 0;
  std::atomic<int> requests_ = 0;
  std::mutex mutex_;
  std::condition_variable closed_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// "HTTP/1.1 <status>\r\nContent-Length: ...\r\n\r\n<body>"
[[nodiscard]] std::string to_answer(std::string_view status, std::string_view body);

}  // namespace ingot::http
