// SPDX-License-Identifier: Apache-2.0
#include "serve/resolve.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"

#include <fmt/format.h>

#include <netdb.h>

#include <array>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace ingot::serve {

namespace {

// What getaddrinfo() says.
struct Answer {
  int error = 0;
  std::vector<Resolved> addresses;
};

Answer ask(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* first = nullptr;
  Answer answer{.error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &first),
                .addresses = {}};
  if (answer.error != 0) {
    return answer;
  }
  for (const auto* one = first; one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    Resolved resolved{.address = {}, .size = one->ai_addrlen, .host = {}};
    std::memcpy(&resolved.address, one->ai_addr, one->ai_addrlen);
    ::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    resolved.host = text.data();
    answer.addresses.push_back(std::move(resolved));
  }
  ::freeaddrinfo(first);
  return answer;
}

// On a thread that is left alone with its question when nobody waits any more.
Answer ask_beside(const std::string& host, std::uint16_t port, const std::stop_token& stop) {
  struct Shared {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<Answer> answer;
  };
  const auto shared = std::make_shared<Shared>();
  std::thread([shared, host, port] {
    auto answer = ask(host, port, 0);
    const std::scoped_lock lock(shared->mutex);
    shared->answer = std::move(answer);
    shared->changed.notify_all();
  }).detach();
  std::unique_lock lock(shared->mutex);
  if (!shared->changed.wait(lock, stop, [&] { return shared->answer.has_value(); })) {
    throw base::Cancelled();
  }
  return *std::move(shared->answer);
}

}  // namespace

std::vector<Resolved> resolve(const std::string& host, std::uint16_t port, const std::stop_token& stop) {
  base::check_stop(stop);
  auto answer = ask(host, port, AI_NUMERICHOST);
  if (answer.error == EAI_NONAME) {  // a name
    answer = ask_beside(host, port, stop);
  }
  if (answer.error != 0 || answer.addresses.empty()) {
    throw base::Error(base::ErrorCode::environment, fmt::format("no address is known for '{}'", host),
                      answer.error == 0 ? "" : ::gai_strerror(answer.error));
  }
  return std::move(answer.addresses);
}

}  // namespace ingot::serve
