// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"

#include "http/connection.hpp"
#include "http/hijack.hpp"
#include "http/observer.hpp"

#include <algorithm>
#include <mutex>
#include <type_traits>

namespace ingot::http {

namespace {

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

// Runs `work`, which returns the answer, and tells it to whoever observes.
template <typename Work>
auto observed(const Endpoint& endpoint, const Request& request, const Response* answer, Work&& work)
    -> decltype(work()) {
  const Observer* told = observer();
  if (told == nullptr) {
    return work();
  }
  const auto begin = base::Clock::now();
  Observed seen{.server = endpoint.unix_socket.empty() ? endpoint.base_url : endpoint.unix_socket,
                .method = request.method,
                .target = request.target,
                .request_body = request.body};
  const auto tell = [&](const Response* given, std::string_view error) {
    seen.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - begin);
    seen.status = given == nullptr ? 0 : given->status;
    seen.answer_body = given == nullptr ? std::string_view() : std::string_view(given->body);
    seen.error = error;
    (*told)(seen);
  };
  try {
    auto result = work();
    if constexpr (std::is_same_v<decltype(result), Response>) {
      tell(&result, {});
    } else {
      const Response switched{.status = 101, .headers = {}, .body = {}};
      tell(result == nullptr ? answer : &switched, {});
    }
    return result;
  } catch (const base::Error& error) {
    tell(nullptr, error.failure().message);
    throw;
  } catch (const base::Cancelled& cancelled) {
    tell(nullptr, cancelled.what());
    throw;
  }
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
  return observed(*pool_->endpoint(), request, nullptr,
                  [&] { return pool_->exchange(request, nullptr, stop); });
}

Response Client::stream(const Request& request, const BodySink& sink, const std::stop_token& stop) {
  return observed(*pool_->endpoint(), request, nullptr,
                  [&] { return pool_->exchange(request, &sink, stop); });
}

std::unique_ptr<Hijacked> Client::hijack(const Request& request, Response& refusal,
                                         const std::stop_token& stop) {
  return observed(*pool_->endpoint(), request, &refusal,
                  [&] { return open_hijacked(pool_->endpoint(), request, refusal, stop); });
}

}  // namespace ingot::http
