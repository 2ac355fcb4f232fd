// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.1 request and the answer to it, as the fakes see it. Owned and used by the thread of its
// connection; lives as long as the handler runs. Answers can be whole, in chunks, or raw bytes after a
// takeover, and can be cut off on purpose.
#pragma once

#include "support/wire/bell.hpp"
#include "support/wire/stream.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::testing {

struct Request {
  std::string method;
  std::string path;                            // as it came, without the query
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // without chunks
};

struct Reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

class Exchange {
 public:
  // `rest`: what has been received behind the request.
  Exchange(Stream& stream, Request request, std::string& rest);

  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] std::string client_name() const { return stream_.client_name(); }

  void answer(const Reply& reply);

  // An answer in chunks. send() returns false once the client is gone.
  void begin(const Reply& head);
  bool send(std::string_view piece);
  void end();

  // Writes `head` as it is; from here on send() and receive() carry raw bytes both ways.
  void take_over(std::string_view head);
  // Empty at the end of the client's half, or when `bell` rang and `is_over` (called without a lock) agrees.
  std::string receive(Bell& bell, const std::function<bool()>& is_over);

  // wait_until() that ends with false when the client goes, too.
  bool wait(Bell& bell, std::mutex& mutex, const std::function<bool()>& is_so,
            base::Clock::time_point deadline = base::Clock::time_point::max());

  // Breaks the connection once the answer has had that many bytes of body.
  void cut_after(std::size_t bytes) { body_left_ = bytes; }
  // Breaks the connection now.
  void cut();

  // Told the status before the first byte of the answer leaves.
  void on_answer(std::function<void(int status)> told) { told_ = std::move(told); }
  [[nodiscard]] bool is_answered() const { return status_ != 0; }
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }

 private:
  enum class Form { whole, chunks, raw };

  void set_status(int status);
  void send_head(const Reply& reply, const std::string& length);
  bool send_body(std::string_view bytes);

  Stream& stream_;
  Request request_;
  std::string& rest_;
  Form form_ = Form::whole;
  int status_ = 0;
  std::function<void(int)> told_;
  bool keeps_alive_ = true;
  std::optional<std::size_t> body_left_;
};

// The reason phrase of a status.
[[nodiscard]] std::string_view reason_of(int status);

// %XX and '+' resolved.
[[nodiscard]] std::string percent_decode(std::string_view text);

// Reads one request; nothing at the end of the connection or when it is not HTTP. `rest` carries over.
[[nodiscard]] std::optional<Request> read_request(Stream& stream, std::string& rest);

}  // namespace ingot::testing
