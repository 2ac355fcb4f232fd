// SPDX-License-Identifier: Apache-2.0
// A client of the live API. Used by one thread at a time, but for send().
#pragma once

#include "base/error.hpp"
#include "live/requests.hpp"
#include "serve/trust.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace ingot::serve {

// Where a server is.
struct ServerPlace {
  std::string socket;   // path of a Unix socket
  std::string address;  // else: "127.0.0.1:7700", "example.org:7700", as TCP
  std::string token;    // of `address`
  bool is_tls = false;  // of `address`; without it nothing is said to any machine but this one
  Trust trust = {};     // of TLS
};

// As people know it.
[[nodiscard]] std::string name_of(const ServerPlace& place);

// A server, or this client, does not want to speak to the other: another try would end alike.
class Refused : public base::Error {
 public:
  using base::Error::Error;
};

class Client {
 public:
  // Says hello. Nothing when no server listens there. Error{environment} when it cannot be spoken to; Refused
  // when the token is wrong, when one side speaks TLS and the other does not, when the certificate is not to
  // be trusted (Error{untrusted}), or when the token would go to another machine without TLS. Throws
  // base::Cancelled.
  [[nodiscard]] static std::unique_ptr<Client> connect(const ServerPlace& place, const live::Hello& hello,
                                                       const std::stop_token& stop);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // From any thread; it goes out while receive() waits, and is lost when the connection has ended.
  void send(const live::Request& request);

  // Waits for the next message; nothing once the connection has ended, also because a server elsewhere has
  // not been heard of for half a minute. Throws base::Cancelled.
  [[nodiscard]] std::optional<std::string> receive(const std::stop_token& stop);

  // Why it has ended, in the system's words; empty: in order.
  [[nodiscard]] const std::string& ending() const;

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::serve
