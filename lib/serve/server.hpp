// SPDX-License-Identifier: Apache-2.0
// The live API: WebSockets at /live, and plain HTTP; by TLS where it can be reached from elsewhere. It may
// change the world by telling of its viewers and of the commands that it runs. Everybody is served by one
// thread that never waits for any of them; a client that is slow, silent or hostile costs its own connection
// and no other. The process must ignore SIGPIPE: commands may go without reading what they are given.
#pragma once

#include "live/messages.hpp"
#include "live/world.hpp"
#include "serve/certificate.hpp"
#include "serve/command_options.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::serve {

struct TlsOptions {
  bool is_wanted = false;  // at loopback, too, where there is none else
  CertificateFiles files;  // of what is shown
  bool is_own = true;      // it is made and kept there by the server; else it is somebody's own
};

struct Options {
  std::string socket;      // path of the Unix socket
  std::string listen;      // "127.0.0.1:7700", for which a token is needed; empty: nowhere
  std::string token_file;  // of `listen`; beside it "<file>-readonly" is for those who may run nothing
  TlsOptions tls = {};     // of `listen`
  CommandOptions commands;
  std::string command_list = {};  // of the command line, as JSON, for pages that complete it; empty: none
  live::ServerInfo server;
};

class Server {
 public:
  // Clients may connect from here on. Errors as SocketFile, listen_at(), load_token(), load_certificate() and
  // keep_certificate().
  Server(const Options& options, live::World& world);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Of TCP, with the port that was taken; empty: none.
  [[nodiscard]] const std::string& address() const;
  // "https://192.0.2.5:7700", by which others reach it: where it listens at all addresses, by this machine's
  // name; empty: no TCP.
  [[nodiscard]] std::string url() const;
  // Where a browser finds the console, with the token in what is never sent; empty: no TCP.
  [[nodiscard]] std::string console() const;
  // "sha256:<hex>" of the certificate that is shown at first; empty: no TLS.
  [[nodiscard]] const std::string& fingerprint() const;

  // Runs a command of the server's own beside its clients', whoever sees them sees it, too. Any thread; what
  // cannot be run is not.
  void start(std::vector<std::string> arguments);

  // Serves on this thread until a stop; then commands are asked to end, and everybody is told so.
  void run(const std::stop_token& stop);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::serve
