// SPDX-License-Identifier: Apache-2.0
// The server's end of one connection, plain or TLS. Used by one thread; the file descriptor belongs to the
// server, which may shut it down from another thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace ingot::testing {

// PEM texts. With a `client_ca`, a client may show a certificate, which then must be of this authority.
struct TlsIdentity {
  std::string certificate;
  std::string key;
  std::string client_ca;
};

class Stream {
 public:
  virtual ~Stream() = default;
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  // Some bytes; empty at the end.
  virtual std::string receive() = 0;
  // False once the other side is gone.
  virtual bool send(std::string_view bytes) = 0;
  // Bytes wait that poll(2) does not know of.
  [[nodiscard]] virtual bool has_pending() const = 0;
  [[nodiscard]] virtual int fd() const = 0;
  // The subject's common name in the client's certificate; empty without one.
  [[nodiscard]] virtual std::string client_name() const = 0;
};

[[nodiscard]] std::unique_ptr<Stream> plain_stream(int fd);
// Null when the two sides do not come to terms; a bad identity is a failed handshake, too.
[[nodiscard]] std::unique_ptr<Stream> tls_stream(int fd, const TlsIdentity& identity);

}  // namespace ingot::testing
