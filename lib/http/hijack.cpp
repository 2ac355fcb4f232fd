// SPDX-License-Identifier: Apache-2.0
#include "http/hijack.hpp"

#include "http/curl_handle.hpp"
#include "http/head.hpp"
#include "http/raw_connection.hpp"

#include <charconv>
#include <utility>

namespace ingot::http {

namespace {

constexpr std::size_t kMaxRefusal = 1U << 20U;

class HijackedConnection final : public Hijacked {
 public:
  HijackedConnection(std::unique_ptr<RawConnection> connection, std::string first)
      : connection_(std::move(connection)), first_(std::move(first)) {}

  std::string read(const std::stop_token& stop) override {
    if (!first_.empty()) {
      return std::exchange(first_, {});
    }
    return connection_->receive({}, stop);
  }
  void write(std::string_view bytes, const std::stop_token& stop) override { connection_->send(bytes, stop); }
  void close_write() override { connection_->end_sending(); }

 private:
  std::unique_ptr<RawConnection> connection_;
  std::string first_;  // came in one piece with the head, belongs to the stream
};

std::string to_text(const Request& request, const Endpoint& endpoint) {
  std::string text =
      request.method + " " + request.target + " HTTP/1.1\r\nHost: " + authority_of(endpoint) +
      "\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: " + std::to_string(request.body.size()) +
      "\r\n";
  for (const auto& [name, value] : request.headers) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  return text + "\r\n" + request.body;
}

// The answer's bytes as they arrive, up to its end.
class Reader {
 public:
  Reader(RawConnection& connection, std::chrono::milliseconds limit, const std::stop_token& stop)
      : connection_(connection), limit_(limit), stop_(stop) {}

  // False at the end of the stream.
  bool read_more() {
    const std::string piece = connection_.receive(limit_, stop_);
    bytes_ += piece;
    return !piece.empty();
  }

  Head read_head() {
    for (;;) {
      if (auto head = parse_head(bytes_)) {
        bytes_.erase(0, head->size);
        const int status = head->answer.status;
        if (status >= 200 || status == 101) {
          return std::move(*head);
        }
        continue;  // an interim answer, such as 100
      }
      if (!read_more()) {
        throw TransportError(Fault::closed, "the server closed the connection", "no answer to the request");
      }
    }
  }

  // Of a refusal: as long as its headers say, or else to the end of the stream.
  std::string read_body(const Response& answer) {
    const bool is_chunked = answer.header("Transfer-Encoding").find("chunked") != std::string_view::npos;
    const std::string_view length_text = answer.header("Content-Length");
    std::size_t length = kMaxRefusal;
    std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
    while (bytes_.size() < kMaxRefusal) {
      if (is_chunked) {
        if (auto body = parse_chunked(bytes_)) {
          return std::move(*body);
        }
      } else if (bytes_.size() >= length) {
        return bytes_.substr(0, length);
      }
      if (!read_more()) {
        break;
      }
    }
    return std::move(bytes_);
  }

  std::string take_rest() { return std::move(bytes_); }

 private:
  RawConnection& connection_;
  std::chrono::milliseconds limit_;
  const std::stop_token& stop_;
  std::string bytes_;
};

// A 200 whose body has no end of its own is a connection handed over, too.
bool hands_over(const Response& answer) {
  return answer.status == 101 || (answer.status == 200 && answer.header("Content-Length").empty() &&
                                  answer.header("Transfer-Encoding").empty());
}

}  // namespace

std::unique_ptr<Hijacked> open_hijacked(const std::shared_ptr<const Endpoint>& endpoint,
                                        const Request& request, Response& refusal,
                                        const std::stop_token& stop) {
  auto connection = std::make_unique<RawConnection>(endpoint, request.idle_limit, stop);
  connection->send(to_text(request, *endpoint), stop);
  Reader reader(*connection, request.idle_limit, stop);
  Head head = reader.read_head();
  if (hands_over(head.answer)) {
    return std::make_unique<HijackedConnection>(std::move(connection), reader.take_rest());
  }
  refusal = std::move(head.answer);
  refusal.body = reader.read_body(refusal);
  return nullptr;
}

}  // namespace ingot::http
