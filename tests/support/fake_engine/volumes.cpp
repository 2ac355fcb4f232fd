// SPDX-License-Identifier: Apache-2.0
// Volumes: those that were made by name, and those that come and go with a container.
#include "support/fake_engine/call.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::testing {

namespace {

Json to_json(const std::string& name, const Volume& volume) {
  return {{"Name", name},
          {"CreatedAt", to_time_text(volume.created)},
          {"Driver", "local"},
          {"Scope", "local"},
          {"Mountpoint", "/var/lib/docker/volumes/" + name + "/_data"},
          {"Labels", volume.labels},
          {"Options", nullptr}};
}

bool uses(const Container& container, const std::string& name) {
  return std::ranges::any_of(container.mounts,
                             [&](const Json& mount) { return mount.value("Name", "") == name; });
}

const Volume& require_volume(const State& state, const std::string& name) {
  const auto found = state.volumes.find(name);
  if (found == state.volumes.end()) {
    throw Refusal(404, fmt::format("get {}: no such volume", name));
  }
  return found->second;
}

}  // namespace

void list_volumes(Call& call) {
  const auto wanted = label_filter(call);
  const std::scoped_lock lock(call.state.mutex);
  Json list = Json::array();
  for (const auto& [name, volume] : call.state.volumes) {
    if (carries(volume.labels, wanted)) {
      list.push_back(to_json(name, volume));
    }
  }
  call.exchange.answer(to_reply(200, {{"Volumes", list}, {"Warnings", nullptr}}));
}

void inspect_volume(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  call.exchange.answer(to_reply(200, to_json(call.name(), require_volume(call.state, call.name()))));
}

// One that is there is left as it is.
void create_volume(Call& call) {
  const Json body = call.object({"Name", "Labels"});
  const std::scoped_lock lock(call.state.mutex);
  const std::string name = body.at("Name");
  const Volume volume{.labels = value_or(body, "Labels", std::map<std::string, std::string>())};
  const auto made = call.state.volumes.emplace(name, volume).first;
  call.exchange.answer(to_reply(201, to_json(name, made->second)));
  call.state.bell.ring();
}

void remove_volume(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  static_cast<void>(require_volume(call.state, call.name()));
  for (const auto& container : call.state.containers) {
    if (uses(*container, call.name())) {
      throw Refusal(409, fmt::format("remove {}: volume is in use - [{}]", call.name(), container->id));
    }
  }
  call.state.volumes.erase(call.name());
  call.state.bell.ring();
  call.exchange.answer({.status = 204});
}

}  // namespace ingot::testing
