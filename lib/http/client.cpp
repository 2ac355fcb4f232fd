// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"

#include "http/connection.hpp"
#include "http/hijack.hpp"

#include <algorithm>
#include <mutex>

namespace ingot::http {

namespace {

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) {
      return value;
    }
  }
  return {};
}

// Connections that wait for their next request; the one used last goes out first, it is the least likely to
// have been closed by the server meanwhile.
class Client::Pool {
 public:
  explicit Pool(Endpoint endpoint) : endpoint_(std::make_shared<const Endpoint>(std::move(endpoint))) {}

  [[nodiscard]] const std::shared_ptr<const Endpoint>& endpoint() const { return endpoint_; }

  [[nodiscard]] Response exchange(const Request& request, const BodySink* sink, const std::stop_token& stop) {
    Loan loan(*this);
    return loan->exchange(request, sink, stop);
  }

 private:
  class Loan {
   public:
    explicit Loan(Pool& pool) : pool_(pool), connection_(pool.take()) {}
    ~Loan() { pool_.put(std::move(connection_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Connection* operator->() const { return connection_.get(); }

   private:
    Pool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  std::unique_ptr<Connection> take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    return std::make_unique<Connection>(endpoint_);
  }

  void put(std::unique_ptr<Connection> connection) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  std::shared_ptr<const Endpoint> endpoint_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

Client::Client(Endpoint endpoint) : pool_(std::make_unique<Pool>(std::move(endpoint))) {}

Client::~Client() = default;

Response Client::send(const Request& request, const std::stop_token& stop) {
  return pool_->exchange(request, nullptr, stop);
}

Response Client::stream(const Request& request, const BodySink& sink, const std::stop_token& stop) {
  return pool_->exchange(request, &sink, stop);
}

std::unique_ptr<Hijacked> Client::hijack(const Request& request, Response& refusal,
                                         const std::stop_token& stop) {
  return open_hijacked(pool_->endpoint(), request, refusal, stop);
}

}  // namespace ingot::http
