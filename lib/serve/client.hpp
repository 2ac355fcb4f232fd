// SPDX-License-Identifier: Apache-2.0
// A client of the live API. Used by one thread at a time, but for send().
#pragma once

#include "live/requests.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace ingot::serve {

// Where a server is.
struct ServerPlace {
  std::string socket;   // path of a Unix socket
  std::string address;  // else: "127.0.0.1:7700", as TCP
  std::string token;    // of `address`
};

// As people know it.
[[nodiscard]] std::string name_of(const ServerPlace& place);

class Client {
 public:
  // Says hello. Nothing when no server listens there. Error{environment} when it cannot be spoken to.
  [[nodiscard]] static std::unique_ptr<Client> connect(const ServerPlace& place, const live::Hello& hello,
                                                       const std::stop_token& stop);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // From any thread; it goes out while receive() waits, and is lost when the connection has ended.
  void send(const live::Request& request);

  // Waits for the next message; nothing once the server has ended the connection. Throws base::Cancelled.
  [[nodiscard]] std::optional<std::string> receive(const std::stop_token& stop);

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::serve
