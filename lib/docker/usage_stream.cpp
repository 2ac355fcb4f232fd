// SPDX-License-Identifier: Apache-2.0
#include "docker/usage_stream.hpp"

#include "base/lines.hpp"
#include "docker/api.hpp"
#include "docker/container_json.hpp"
#include "docker/json_value.hpp"

#include <fmt/format.h>

namespace ingot::docker {

namespace {

constexpr std::size_t kLongestLine = 1U << 20U;

}  // namespace

UsageReading parse_usage_reading(std::string_view line) {
  UsageReading reading{.usage = parse_usage(line)};
  const JsonDocument document(line, "the usage of a container");
  if (const auto pids = document.root().find("pids_stats")) {
    reading.pids = pids->unsigned_integer("current");
  }
  return reading;
}

struct UsageStream::Impl {
  explicit Impl(const EngineAddress& address) : api(address) {}
  Api api;
};

UsageStream::UsageStream(const EngineAddress& address) : impl_(std::make_unique<Impl>(address)) {}

UsageStream::~UsageStream() = default;

void UsageStream::follow(const std::string& id, const std::function<void(const UsageReading&)>& sink,
                         const std::stop_token& stop) {
  const ApiCall call{.doing = fmt::format("measure container '{}'", shown(id)),
                     .path = item_path("/containers", id, "/stats"),
                     .query = {{"stream", "1"}},
                     .idle_limit = kNoLimit};
  base::LineDecoder lines(
      kLongestLine, {.code = base::ErrorCode::untrusted, .message = "the engine measures without an end"});
  const auto answer = impl_->api.stream(
      call,
      [&](std::string_view piece) {
        return lines.feed(piece, [&](std::string_view line) {
          sink(parse_usage_reading(line));
          return true;
        });
      },
      stop);
  check_answer(call, answer);
}

}  // namespace ingot::docker
