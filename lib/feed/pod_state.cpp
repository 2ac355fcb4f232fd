// SPDX-License-Identifier: Apache-2.0
#include "feed/pod_state.hpp"

#include "feed/api_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::feed {

namespace {

using nlohmann::json;

bool has_condition(const json& pod, std::string_view type, std::string_view member, std::string_view value) {
  return std::ranges::any_of(list_of(pod, "status/conditions"), [&](const json& condition) {
    return text_of(condition, "type") == type && text_of(condition, member) == value;
  });
}

// One that goes on beside the others ("sidecar").
bool is_sidecar(const json& pod, const std::string& name) {
  return std::ranges::any_of(list_of(pod, "spec/initContainers"), [&](const json& container) {
    return text_of(container, "name") == name && text_of(container, "restartPolicy") == "Always";
  });
}

// Of a container that has ended.
std::string how_it_ended(const json& status) {
  const json& end = part_of(status, "state/terminated");
  if (const auto reason = text_of(end, "reason"); !reason.empty()) {
    return reason;
  }
  const auto signal = number_of(end, "signal");
  return signal != 0 ? fmt::format("Signal:{}", signal)
                     : fmt::format("ExitCode:{}", number_of(end, "exitCode"));
}

struct Initialization {
  bool is_over = true;
  std::uint64_t restarts = 0;
  std::uint64_t sidecar_restarts = 0;
};

// What an init container keeps the others waiting for; empty: nothing.
std::string hindrance(const json& pod, const json& status, std::size_t number) {
  const bool has_ended = has_part(status, "state/terminated");
  if (has_ended) {
    return number_of(status, "state/terminated/exitCode") == 0 ? "" : how_it_ended(status);
  }
  const auto reason = text_of(status, "state/waiting/reason");
  if (!reason.empty() && reason != "PodInitializing") {
    return reason;
  }
  return fmt::format("{}/{}", number, list_of(pod, "spec/initContainers").size());
}

Initialization look_at_init_containers(const json& pod, PodState& state) {
  Initialization init;
  std::size_t number = 0;
  for (const json& status : list_of(pod, "status/initContainerStatuses")) {
    const bool goes_on = is_sidecar(pod, text_of(status, "name"));
    init.restarts += number_of(status, "restartCount");
    init.sidecar_restarts += goes_on ? number_of(status, "restartCount") : 0;
    if (goes_on && flag_of(status, "started") && !has_part(status, "state/terminated")) {
      state.ready += flag_of(status, "ready") ? 1U : 0U;
    } else if (const auto why = hindrance(pod, status, number); !why.empty()) {
      state.status = "Init:" + why;
      init.is_over = false;
      break;
    }
    ++number;
  }
  return init;
}

// The first container that has something to say has the last word.
void look_at_containers(const json& pod, PodState& state) {
  bool has_running = false;
  const json& statuses = list_of(pod, "status/containerStatuses");
  for (auto status = statuses.rbegin(); status != statuses.rend(); ++status) {
    state.restarts += number_of(*status, "restartCount");
    if (const auto reason = text_of(*status, "state/waiting/reason"); !reason.empty()) {
      state.status = reason;
    } else if (has_part(*status, "state/terminated")) {
      state.status = how_it_ended(*status);
    } else if (flag_of(*status, "ready") && has_part(*status, "state/running")) {
      has_running = true;
      ++state.ready;
    }
  }
  if (state.status == "Completed" && has_running) {
    state.status = has_condition(pod, "Ready", "status", "True") ? "Running" : "NotReady";
  }
}

std::uint64_t count_containers(const json& pod) {
  const auto sidecars = std::ranges::count_if(list_of(pod, "spec/initContainers"), [](const json& container) {
    return text_of(container, "restartPolicy") == "Always";
  });
  return list_of(pod, "spec/containers").size() + static_cast<std::uint64_t>(sidecars);
}

}  // namespace

PodState state_of_pod(const json& pod) {
  const auto phase = text_of(pod, "status/phase");
  const auto reason = text_of(pod, "status/reason");
  PodState state{.status = reason.empty() ? phase : reason, .containers = count_containers(pod)};
  if (has_condition(pod, "PodScheduled", "reason", "SchedulingGated")) {
    state.status = "SchedulingGated";
  }
  const auto init = look_at_init_containers(pod, state);
  state.restarts = init.restarts;
  if (init.is_over || has_condition(pod, "Initialized", "status", "True")) {
    state.restarts = init.sidecar_restarts;
    look_at_containers(pod, state);
  }
  if (has_part(pod, "metadata/deletionTimestamp")) {
    const bool is_over = phase == "Succeeded" || phase == "Failed";
    state.status = reason == "NodeLost" ? "Unknown" : is_over ? state.status : "Terminating";
  }
  return state;
}

}  // namespace ingot::feed
