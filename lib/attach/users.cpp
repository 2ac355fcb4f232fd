// SPDX-License-Identifier: Apache-2.0
// Who has devices that shall go. Taking a device away takes nothing from a process that has it open.
#include "attach/changing.hpp"
#include "attach/pods.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"
#include "kube/wait.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::attach {

namespace {

bool goes(const Changing& changing, const std::string& device) {
  return std::ranges::find(changing.going, device) != changing.going.end() ||
         std::ranges::find(changing.shared_anew, device) != changing.shared_anew.end();
}

std::vector<Holder> holders_of_going(Changing& changing, const std::stop_token& stop) {
  if (!changing.api) {
    return {};
  }
  auto holders = find_holders(changing.host, changing.target, *changing.api, stop);
  std::erase_if(holders, [&](const Holder& holder) {
    return std::ranges::none_of(holder.devices,
                                [&](const std::string& device) { return goes(changing, device); });
  });
  return holders;
}

std::vector<std::string> processes_with_going(Changing& changing, const std::stop_token& stop) {
  std::vector<std::string> processes;
  // What others share may be open for them.
  const auto paths = nodes_gone(changing.target.has.grants, changing.wish.grants);
  for (const auto& user : device::users(changing.host, changing.target.container.id, paths, stop)) {
    processes.push_back(fmt::format("process {} ({}) has {} open", user.pid, user.program, user.path));
  }
  return processes;
}

}  // namespace

void refuse_users(Changing& changing, const std::stop_token& stop) {
  base::Failure failure{
      .code = base::ErrorCode::already_exists,
      .message = fmt::format("devices of '{}' are in use", changing.target.container.name),
      .remedy = changing.going.empty() ? "end what uses them" : "end what uses them, or add --force"};
  for (const auto& holder : holders_of_going(changing, stop)) {
    failure.problems.push_back(fmt::format("pod {} has {}", holder.text(), base::join(holder.devices, ", ")));
  }
  if (failure.problems.empty()) {
    failure.problems = processes_with_going(changing, stop);
  }
  if (!failure.problems.empty()) {
    throw base::Error(std::move(failure));
  }
}

void tell_users(Changing& changing, plan::StepContext& context) {
  for (const auto& process : processes_with_going(changing, context.stop())) {
    context.warn(process + ", and goes on with it");
  }
}

void end_users(Changing& changing, const std::stop_token& stop) {
  const auto holders = holders_of_going(changing, stop);
  for (const auto& holder : holders) {
    changing.api->remove(fmt::format("/api/v1/namespaces/{}/pods/{}", holder.name_space, holder.name), stop);
  }
  if (holders.empty()) {
    return;
  }
  const auto query =
      "fieldSelector=" + base::percent_encode("spec.nodeName=" + changing.target.container.name);
  kube::waiting_until("pods that had the devices are gone", [&] {
    kube::wait_for(
        *changing.api, "/api/v1/pods?" + query,
        [&](const kube::Objects& pods, std::string& seen) {
          const auto left = std::ranges::find_if(holders, [&](const Holder& holder) {
            const auto pod = pods.find(holder.text());  // one of the same name may have come instead
            return pod != pods.end() && pod->second.at("metadata").contains("deletionTimestamp");
          });
          seen = left == holders.end() ? "" : left->text() + " is ending";
          return left == holders.end();
        },
        base::Clock::now() + changing.options.timeout, stop);
  });
}

}  // namespace ingot::attach
