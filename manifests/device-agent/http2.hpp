// SPDX-License-Identifier: Apache-2.0
// One HTTP/2 connection over a unix socket, as gRPC uses it: libnghttp2 speaks, we move bytes. Never blocks;
// whoever has the loop asks what it waits for. One thread.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct nghttp2_session;

namespace ingot::agent {

class Connection {
 public:
  // What a server is asked; `body` is the request's, whole. The answer is given by respond(), or by send()
  // and later finish().
  using OnRequest =
      std::function<void(Connection&, std::int32_t stream, const std::string& path, const std::string& body)>;
  // What a client gets: the gRPC status, "0" when all is well, or empty when the connection broke.
  using OnAnswer = std::function<void(const std::string& status, const std::string& message)>;

  // A client's that has come in.
  Connection(base::Fd socket, OnRequest on_request);
  // To `socket_path`, for one request. Throws Failure when nobody listens there.
  Connection(const std::string& socket_path, const std::string& path, std::string body, OnAnswer on_answer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] bool wants_write() const;
  // Reads and writes what can be. False: it is over.
  bool advance();

  // Server: one more message on a stream, which stays open; it leaves with the next advance(). False: the
  // stream has gone.
  bool send(std::int32_t stream, std::string_view message);
  // Server: the last message, with status 0; or none, with another one.
  void respond(std::int32_t stream, std::string_view message);
  void refuse(std::int32_t stream, int status, const std::string& why);
  [[nodiscard]] bool has(std::int32_t stream) const { return streams_.contains(stream); }

 private:
  struct Callbacks;
  friend struct Callbacks;
  struct Stream {
    std::string path;
    std::string in;
    std::string out;
    bool answers = false;  // headers are sent
    bool is_last = false;  // nothing comes after `out`
    std::string status;
    std::string message;
  };

  void start_session(bool is_server);
  void start_answer(std::int32_t id, Stream& stream);
  bool read();
  bool write();

  base::Fd socket_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Stream> streams_;
  std::string outgoing_;  // what the socket did not take yet
  OnRequest on_request_;
  OnAnswer on_answer_;
  bool is_answered_ = false;
};

// Listens on a unix socket, in place of what may be left there. Throws Failure.
[[nodiscard]] base::Fd listen_at(const std::string& path);

}  // namespace ingot::agent
