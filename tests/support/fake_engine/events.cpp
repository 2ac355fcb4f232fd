// SPDX-License-Identifier: Apache-2.0
// What happened in the engine, told as it happens.
#include "support/fake_engine/call.hpp"

#include <algorithm>

namespace ingot::testing {

namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

bool is_wanted(const Json& filters, const char* key, const std::string& value) {
  const auto wanted = value_or(filters, key, Texts());
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

}  // namespace

void State::tell(const std::string& type, const std::string& action, const std::string& id,
                 const std::map<std::string, std::string>& attributes) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  events.push_back({{"Type", type},
                    {"Action", action},
                    {"Actor", {{"ID", id}, {"Attributes", attributes}}},
                    {"scope", "local"},
                    {"time", std::chrono::duration_cast<seconds>(now).count()},
                    {"timeNano", std::chrono::duration_cast<nanoseconds>(now).count()}});
  bell.ring();
}

void State::tell(const std::string& action, const Container& container) {
  auto attributes = container.process.labels;
  attributes["name"] = container.name;
  attributes["image"] = container.process.image;
  tell("container", action, container.id, attributes);
}

void get_events(Call& call) {
  const auto filters = Json::parse(call.query("filters", "{}"));
  require_members(filters, {"type", "event"}, "filters");
  const auto since = std::stoll(call.query("since", "0"));
  std::size_t told = 0;
  call.exchange.begin({});
  for (bool is_there = true; is_there;) {
    std::string text;
    is_there = call.exchange.wait(call.state.bell, call.state.mutex,
                                  [&] { return call.state.is_stopping || told < call.state.events.size(); });
    {
      const std::scoped_lock lock(call.state.mutex);
      is_there = is_there && !call.state.is_stopping;
      for (; told < call.state.events.size(); ++told) {
        const Json& event = call.state.events[told];
        if (event.at("time") >= since && is_wanted(filters, "type", event.at("Type")) &&
            is_wanted(filters, "event", event.at("Action"))) {
          text += event.dump() + "\n";
        }
      }
    }
    is_there = is_there && (text.empty() || call.exchange.send(text));
  }
}

}  // namespace ingot::testing
