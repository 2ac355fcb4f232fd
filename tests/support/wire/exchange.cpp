// SPDX-License-Identifier: Apache-2.0
#include "support/wire/exchange.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

namespace ingot::testing {

Exchange::Exchange(Stream& stream, Request request, std::string& rest)
    : stream_(stream), request_(std::move(request)), rest_(rest) {}

void Exchange::set_status(int status) {
  status_ = status;
  if (told_) {
    told_(status);
  }
}

void Exchange::send_head(const Reply& reply, const std::string& length) {
  set_status(reply.status);
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", reply.status, reason_of(reply.status));
  if (!reply.content_type.empty() && (!reply.body.empty() || length.starts_with('T'))) {
    head += fmt::format("Content-Type: {}\r\n", reply.content_type);
  }
  for (const auto& [name, value] : reply.headers) {
    head += fmt::format("{}: {}\r\n", name, value);
  }
  if (!stream_.send(head + length + "\r\n")) {
    keeps_alive_ = false;
  }
}

void Exchange::answer(const Reply& reply) {
  const bool has_body = reply.status != 204 && reply.status != 304;
  send_head(reply, has_body ? fmt::format("Content-Length: {}\r\n", reply.body.size()) : "");
  if (has_body && request_.method != "HEAD") {
    send_body(reply.body);
  }
}

void Exchange::begin(const Reply& head) {
  form_ = Form::chunks;
  send_head(head, "Transfer-Encoding: chunked\r\n");
}

bool Exchange::send(std::string_view piece) {
  if (piece.empty() || form_ == Form::raw) {
    return send_body(piece);
  }
  return stream_.send(fmt::format("{:x}\r\n", piece.size())) && send_body(piece) && stream_.send("\r\n");
}

void Exchange::end() {
  if (!stream_.send("0\r\n\r\n")) {
    keeps_alive_ = false;
  }
}

bool Exchange::send_body(std::string_view bytes) {
  const std::string_view allowed = bytes.substr(0, body_left_.value_or(bytes.size()));
  const bool is_sent = stream_.send(allowed);
  if (body_left_) {
    *body_left_ -= allowed.size();
    if (*body_left_ == 0) {
      cut();
      return false;
    }
  }
  keeps_alive_ = keeps_alive_ && is_sent;
  return is_sent;
}

void Exchange::cut() {
  keeps_alive_ = false;
  ::shutdown(stream_.fd(), SHUT_RDWR);
}

void Exchange::take_over(std::string_view head) {
  form_ = Form::raw;
  keeps_alive_ = false;
  set_status(101);
  stream_.send(head);
}

std::string Exchange::receive(Bell& bell, const std::function<bool()>& is_over) {
  if (!rest_.empty()) {
    return std::exchange(rest_, {});
  }
  Bell::Ear ear(bell);
  while (!is_over()) {
    if (stream_.has_pending() || !ear.wait({.fd = stream_.fd(), .events = POLLIN})) {
      return stream_.receive();
    }
  }
  return {};
}

bool Exchange::wait(Bell& bell, std::mutex& mutex, const std::function<bool()>& is_so,
                    base::Clock::time_point deadline) {
  // After a takeover the client may have ended its half and still be there.
  const short gone = form_ == Form::raw ? short{0} : short{POLLRDHUP};
  return wait_until(bell, mutex, is_so, {.fd = stream_.fd(), .events = gone, .deadline = deadline});
}

}  // namespace ingot::testing
