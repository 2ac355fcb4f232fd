// SPDX-License-Identifier: Apache-2.0
#include "docker/api.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "docker/json_value.hpp"
#include "docker/refusal.hpp"
#include "docker/unreachable.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace ingot::docker {

namespace {

// API versions as the number behind "1.". 41 is Docker 20.10, the oldest with cgroup namespaces and with what
// node containers need; 47 is the newest whose changes were read for what concerns us.
constexpr int kOldest = 41;
constexpr int kNewest = 47;

std::optional<int> parse_api_version(std::string_view text) {
  if (!text.starts_with("1.")) {
    return std::nullopt;
  }
  int minor = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + 2, end, minor);
  return error == std::errc() && rest == end ? std::optional(minor) : std::nullopt;
}

}  // namespace

Api::Api(const EngineAddress& address) : host_(address.url()), client_(to_endpoint(address)) {}

template <typename Work>
auto Api::reworded(Work&& work) const -> decltype(work()) {
  try {
    return work();
  } catch (const http::TransportError& error) {
    throw base::Error(to_unreachable(host_, error));
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::timed_out) {
      throw base::Error(to_silent(host_, error));
    }
    throw;
  }
}

int Api::negotiate(const std::stop_token& stop) {
  http::Request ping;
  ping.target = "/_ping";
  const http::Response answer = reworded([&] { return client_.send(ping, stop); });
  const auto engine = parse_api_version(answer.header("Api-Version"));
  if (!engine) {
    throw base::Error(base::ErrorCode::untrusted,
                      fmt::format("what answers at {} is not a Docker engine", host_),
                      fmt::format("HTTP {}: {}", answer.status, words_of(answer)));
  }
  if (*engine < kOldest) {
    throw base::Error({.code = base::ErrorCode::unsupported,
                       .message = fmt::format("the engine at {} is too old", host_),
                       .cause = fmt::format("it speaks API 1.{}, needed is 1.{}", *engine, kOldest),
                       .remedy = "update it to Docker 20.10 or newer"});
  }
  return *engine;
}

int Api::engine_version(const std::stop_token& stop) {
  {
    const std::scoped_lock lock(mutex_);
    if (engine_version_) {
      return *engine_version_;
    }
  }
  const int version = negotiate(stop);  // two threads may both ask: not worth waiting for one another
  const std::scoped_lock lock(mutex_);
  engine_version_ = version;
  return version;
}

std::string Api::version(const std::stop_token& stop) {
  return fmt::format("1.{}", std::min(engine_version(stop), kNewest));
}

bool Api::speaks(int minor, const std::stop_token& stop) {
  return engine_version(stop) >= minor;
}

http::Request Api::to_request(const ApiCall& call, const std::stop_token& stop) {
  http::Request request;
  request.method = call.method;
  request.target =
      fmt::format("/v{}{}", call.version == 0 ? version(stop) : fmt::format("1.{}", call.version), call.path);
  char separator = '?';
  for (const auto& [name, value] : call.query) {
    request.target += fmt::format("{}{}={}", separator, name, base::percent_encode(value));
    separator = '&';
  }
  if (!call.json.empty()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = call.json;
  }
  request.idle_limit = call.idle_limit;
  return request;
}

http::Response Api::ask(const ApiCall& call, const std::stop_token& stop) {
  const http::Request request = to_request(call, stop);
  return reworded([&] { return client_.send(request, stop); });
}

std::optional<http::Response> Api::look_up(const ApiCall& call, const std::stop_token& stop) {
  http::Response answer = ask(call, stop);
  if (answer.status == 404) {
    return std::nullopt;
  }
  check_answer(call, answer);
  return answer;
}

http::Response Api::require(const ApiCall& call, const std::stop_token& stop) {
  http::Response answer = ask(call, stop);
  check_answer(call, answer);
  return answer;
}

http::Response Api::send_tar(const ApiCall& call, http::Request request, const std::stop_token& stop) {
  request.headers.emplace_back("Content-Type", "application/x-tar");
  http::Response answer = reworded([&] { return client_.send(request, stop); });
  check_answer(call, answer);
  return answer;
}

http::Response Api::upload(const ApiCall& call, std::string_view tar, const std::stop_token& stop) {
  http::Request request = to_request(call, stop);
  request.borrowed_body = tar;
  return send_tar(call, std::move(request), stop);
}

http::Response Api::upload(const ApiCall& call, const http::BodySource& tar, const std::stop_token& stop) {
  http::Request request = to_request(call, stop);
  request.body_source = tar;
  return send_tar(call, std::move(request), stop);
}

http::Response Api::stream(const ApiCall& call, const http::BodySink& sink, const std::stop_token& stop) {
  const http::Request request = to_request(call, stop);
  return reworded([&] { return client_.stream(request, sink, stop); });
}

std::unique_ptr<http::Hijacked> Api::hijack(const ApiCall& call, const std::stop_token& stop) {
  const http::Request request = to_request(call, stop);
  http::Response refusal;
  auto connection = reworded([&] { return client_.hijack(request, refusal, stop); });
  if (connection == nullptr) {
    throw base::Error(to_failure(call.doing, refusal.status, words_of(refusal)));
  }
  return connection;
}

void check_answer(const ApiCall& call, const http::Response& answer) {
  if (answer.status / 100 != 2 && answer.status != 304) {
    throw base::Error(to_failure(call.doing, answer.status, words_of(answer)));
  }
}

std::string shown(const std::string& id_or_name) {
  const bool is_id =
      id_or_name.size() == 64 && id_or_name.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_id ? id_or_name.substr(0, 12) : id_or_name;
}

std::string label_filter(const std::vector<std::string>& labels) {
  return to_request_text({{"label", labels}});
}

std::string item_path(std::string_view collection, std::string_view id, std::string_view rest) {
  if (id.empty()) {
    throw base::Error(base::ErrorCode::internal, fmt::format("an empty name in {}", collection));
  }
  return fmt::format("{}/{}{}", collection, base::percent_encode(id), rest);
}

}  // namespace ingot::docker
