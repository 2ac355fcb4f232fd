// SPDX-License-Identifier: Apache-2.0
#include "docker/events.hpp"

#include "base/text.hpp"
#include "docker/api.hpp"
#include "docker/event_lines.hpp"
#include "docker/json_value.hpp"

#include <nlohmann/json.hpp>

namespace ingot::docker {

struct Events::Impl {
  explicit Impl(const EngineAddress& address) : api(address) {}
  Api api;
};

Events::Events(const EngineAddress& address) : impl_(std::make_unique<Impl>(address)) {}

Events::~Events() = default;

std::chrono::system_clock::time_point Events::now(const std::stop_token& stop) {
  const auto answer = impl_->api.require({.doing = "tell the time", .path = "/info"}, stop);
  const JsonDocument document(answer.body, "the engine's description");
  const auto time = base::parse_rfc3339(document.root().text("SystemTime"));
  return time.value_or(std::chrono::system_clock::now());
}

void Events::follow(const EventWish& wish, std::chrono::system_clock::time_point since, const Sink& sink,
                    const std::stop_token& stop) {
  const nlohmann::json filters = {{"type", wish.types}, {"event", wish.actions}};
  const ApiCall call{.doing = "tell what happens",
                     .path = "/events",
                     .query = {{"since", std::to_string(std::chrono::system_clock::to_time_t(since))},
                               {"filters", filters.dump()}},
                     .idle_limit = kNoLimit};
  EventLines lines;
  const auto answer = impl_->api.stream(
      call,
      [&](std::string_view bytes) {
        if (const auto events = lines.feed(bytes); !events.empty()) {
          sink(events);
        }
        return true;
      },
      stop);
  check_answer(call, answer);
}

}  // namespace ingot::docker
