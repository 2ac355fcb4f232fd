// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 over a unix socket, TCP or TLS, on libcurl. One Client per server; it keeps connections alive and
// may be used from several threads at once (each call borrows a connection of its own). Nothing here knows
// Docker or Kubernetes. Every call throws base::Cancelled when its stop token fires, at once, also in a
// stalled transfer; TransportError for failures below HTTP (the caller rewords it); Error{timed_out} past the
// idle limit; Error{untrusted} for bytes that are not HTTP. A status is never an error. Proxy variables of
// the environment are ignored: an engine or an API server is never behind one.
#pragma once

#include "base/error.hpp"
#include "base/wait.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::http {

// Why no answer came, as far as the system or libcurl can tell.
enum class Fault {
  no_socket,      // the unix socket does not exist
  no_permission,  // it exists, and we may not connect to it
  refused,        // nobody listens
  unknown_host,   // the name does not resolve
  tls,            // the two sides do not trust each other, or one of them does not speak TLS
  closed,         // the connection ended before the answer was complete
  other,
};

// An Error{engine_unreachable} that still knows its kind. Whoever knows what the server is rewords it.
class TransportError : public base::Error {
 public:
  TransportError(Fault fault, std::string message, std::string cause)
      : Error(base::ErrorCode::engine_unreachable, std::move(message), std::move(cause)), fault_(fault) {}

  [[nodiscard]] Fault fault() const noexcept { return fault_; }

 private:
  Fault fault_;
};

// PEM texts, not paths. An empty `ca` with `verify` means the system's store.
struct Tls {
  std::string ca;
  std::string certificate;
  std::string key;
  bool verify = true;
  std::string server_name;  // name expected in the certificate, when it is not the host of the URL
};

struct Endpoint {
  std::string unix_socket;  // path; then `base_url` is only a name for the Host header
  std::string base_url;     // "http://localhost", "https://127.0.0.1:6443"
  std::optional<Tls> tls;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// Fills at most `size` bytes; returns how many, 0 at the end. May block; must heed the request's stop token.
using BodySource = std::function<std::size_t(char* into, std::size_t size)>;
// Receives a piece of the body; returns false to end the transfer early (not an error).
using BodySink = std::function<bool(std::string_view piece)>;

struct Request {
  std::string method = "GET";
  std::string target;  // path and query, already encoded: "/v1.41/containers/json?all=true"
  Headers headers;
  std::string body;
  std::string_view borrowed_body;  // instead of `body`, for what is too large to copy; must outlive the call
  BodySource body_source;          // instead of both: sent chunked, or with `body_size` when known
  std::optional<std::uint64_t> body_size;
  // No byte moved for this long: Error{timed_out}. Zero: no limit (event streams, waits).
  std::chrono::milliseconds idle_limit{60'000};
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;  // empty when streamed

  // First header of that name (case-insensitive), or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// A connection taken over after "101 Switching Protocols" (docker exec and attach): raw bytes both ways.
// `write` and `close_write` may be called from another thread than `read`.
class Hijacked {
 public:
  virtual ~Hijacked() = default;
  Hijacked() = default;
  Hijacked(const Hijacked&) = delete;
  Hijacked& operator=(const Hijacked&) = delete;
  // Waits for bytes; empty at the end of the stream.
  virtual std::string read(const std::stop_token& stop) = 0;
  // Returns once all bytes are handed to the system.
  virtual void write(std::string_view bytes, const std::stop_token& stop) = 0;
  // Tells the other side that no more will be written; reading goes on.
  virtual void close_write() = 0;
};

class Client {
 public:
  explicit Client(Endpoint endpoint);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Sends and collects the answer. A body larger than 64 MiB is Error{untrusted}.
  [[nodiscard]] Response send(const Request& request, const std::stop_token& stop);

  // Sends; gives the body of a 2xx answer to `sink` as it comes, the body of any other is collected. An
  // exception that leaves the sink (or the body source) ends the transfer and comes out of here.
  [[nodiscard]] Response stream(const Request& request, const BodySink& sink, const std::stop_token& stop);

  // Sends `body` with "Upgrade: tcp" on a connection of its own. Returns the connection after a 101 (or a 200
  // with a raw stream, as old engines answer); for any other answer returns null with `refusal` filled.
  // The idle limit ends with the head of the answer. The connection may outlive the Client.
  [[nodiscard]] std::unique_ptr<Hijacked> hijack(const Request& request, Response& refusal,
                                                 const std::stop_token& stop);

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace ingot::http
