// SPDX-License-Identifier: Apache-2.0
// Moves pods as kubectl drain does: by the eviction API, which asks the PodDisruptionBudgets.
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"
#include "kube/wait.hpp"
#include "scale/pods.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace ingot::scale {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

// An eviction is refused until it is granted; only asking tells, since the API server counts pods that no
// object shows. kubectl asks every five seconds.
constexpr auto kAskAgain = 500ms;

std::vector<json> pods_of(kube::Client& api, const std::string& node, Fate fate,
                          const std::stop_token& stop) {
  std::vector<json> pods;
  const json listed = api.list("/api/v1/pods", stop, pods_query(node));
  for (const auto& pod : listed.at("items")) {
    if (fate_of(pod) == fate) {
      pods.push_back(pod);
    }
  }
  return pods;
}

// Why pods that were asked to go cannot yet; by name.
using Held = std::map<std::string, std::string>;

void evict(kube::Client& api, const json& pod, Held& held, const std::stop_token& stop) {
  const auto& metadata = pod.at("metadata");
  try {
    api.evict(metadata.at("namespace").get<std::string>(), metadata.at("name").get<std::string>(), stop);
  } catch (const base::Error& error) {
    std::string why;
    if (error.code() == base::ErrorCode::not_found) {
      return;  // gone meanwhile
    }
    if (!is_held(error.failure(), why)) {
      throw;
    }
    held[name_of(pod)] = why;
  }
}

[[noreturn]] void tell_held(const std::string& node, const std::vector<json>& left, const Held& held) {
  base::Failure failure{.code = base::ErrorCode::timed_out,
                        .message = fmt::format("timed out draining node '{}'", node),
                        .remedy = "add --force to let it go without, or a longer --timeout"};
  for (const auto& pod : left) {
    const auto found = held.find(name_of(pod));
    failure.problems.push_back(
        fmt::format("pod {}: {}", name_of(pod),
                    found == held.end() ? "has been told to end, and goes on" : found->second));
  }
  throw base::Error(std::move(failure));
}

void tell_progress(plan::StepContext& context, std::size_t left, std::size_t all, const Held& held,
                   std::string& told) {
  context.progress("pods", static_cast<std::int64_t>(all - std::min(left, all)),
                   static_cast<std::int64_t>(all));
  if (!held.empty() && told != held.begin()->second) {
    told = held.begin()->second;
    context.mark(fmt::format("pod {} is held: {}", held.begin()->first, told));
  }
}

void wait_until_gone(kube::Client& api, const std::string& node, base::Clock::time_point deadline,
                     const std::stop_token& stop) {
  try {
    kube::wait_for(
        api, "/api/v1/pods?" + pods_query(node),
        [](const kube::Objects& pods, std::string& seen) {
          seen = "pods are ending";
          return std::ranges::none_of(
              pods, [](const auto& entry) { return fate_of(entry.second) == Fate::evicted; });
        },
        deadline, stop);
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::timed_out) {
      throw;
    }
  }
}

}  // namespace

void refuse_lost_pods(kube::Client& api, const std::string& node, const std::stop_token& stop) {
  const auto lost = pods_of(api, node, Fate::lost, stop);
  if (lost.empty()) {
    return;
  }
  base::Failure failure{.code = base::ErrorCode::already_exists,
                        .message = fmt::format("node '{}' has pods that nothing would make again", node),
                        .remedy = "delete them, or add --force to let them end with the node"};
  for (const auto& pod : lost) {
    failure.problems.push_back(fmt::format("pod {} has no controller", name_of(pod)));
  }
  throw base::Error(std::move(failure));
}

void drain(Scaling& scaling, const std::string& node, plan::StepContext& context) {
  auto& api = *scaling.api;
  const auto& stop = context.stop();
  std::size_t all = 0;
  std::string told;
  for (;;) {
    refuse_lost_pods(api, node, stop);  // one may have come until the node was closed
    const auto left = pods_of(api, node, Fate::evicted, stop);
    all = std::max(all, left.size());
    Held held;
    for (const auto& pod : left) {
      if (!is_ending(pod)) {
        evict(api, pod, held, stop);
      }
    }
    tell_progress(context, left.size(), all, held, told);
    if (left.empty()) {
      return;
    }
    if (base::Clock::now() >= scaling.deadline) {
      tell_held(node, left, held);
    }
    if (held.empty()) {
      wait_until_gone(api, node, scaling.deadline, stop);
    } else {
      base::sleep_for(kAskAgain, stop);
    }
  }
}

}  // namespace ingot::scale
