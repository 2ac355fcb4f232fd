// SPDX-License-Identifier: Apache-2.0
// A client of the live API at a Unix socket. Used by one thread at a time.
#pragma once

#include "live/messages.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace ingot::serve {

class Client {
 public:
  // Says hello. Nothing when no server listens there. Error{environment} when it cannot be spoken to.
  [[nodiscard]] static std::unique_ptr<Client> connect(const std::string& socket, const live::Hello& hello,
                                                       const std::stop_token& stop);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Waits for the next message; nothing once the server has ended the connection. Throws base::Cancelled.
  [[nodiscard]] std::optional<std::string> receive(const std::stop_token& stop);

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::serve
