// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/text.hpp"
#include "certs/renewing.hpp"
#include "cluster/api_access.hpp"
#include "cluster/component_health.hpp"
#include "kube/wait.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "node/exchange.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::certs {

namespace {

[[noreturn]] void throw_command_failed(std::string message, const node::CommandResult& result) {
  throw base::Error({.code = base::ErrorCode::command_failed,
                     .message = std::move(message),
                     .cause = fmt::format("exit code {}", result.exit_code),
                     .detail = result.output});
}

void exchange(Renewing& renewing, RenewingNode& node, const std::stop_token& stop) {
  const auto result = node::exchange(renewing.host, node.files.node.id,
                                     {.files = issue(renewing, node),
                                      .then = restart_script(),
                                      .arguments = {node.files.is_control_plane() ? "1" : "0"}},
                                     stop);
  if (result.exit_code != 0) {
    throw_command_failed(
        fmt::format("what '{}' runs could not be restarted with new certificates", node.files.node.name),
        result);
  }
  node.restarted = node::moment_in(result.output);
}

void wait_for_ports(Renewing& renewing, const RenewingNode& node, const std::stop_token& stop) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(renewing.deadline - base::Clock::now());
  const auto result = renewing.host.run(node.files.node.id, watch_command(node.files, left), "", stop);
  if (result.exit_code != 0) {
    throw base::Error(
        base::ErrorCode::timed_out,
        fmt::format("timed out waiting until '{}' serves its new certificates", node.files.node.name),
        std::string(base::trim(result.output)));
  }
}

// As the administrator that its own files make: of the control plane itself, else of the first.
void wait_for_reports(Renewing& renewing, const RenewingNode& node, plan::StepContext& context) {
  const auto& name = node.files.node.name;
  const auto& asked = node.files.is_control_plane() ? name : renewing.nodes.front().files.node.name;
  const auto api = cluster::admin_api(renewing.host, asked, asked, renewing.entrance, context.stop());
  kube::waiting_until(fmt::format("the API server of '{}' is ready", asked),
                      [&] { kube::wait_for_api(*api, renewing.deadline, context.stop(), "/readyz"); });
  context.mark("the API answers");
  kube::waiting_until(fmt::format("node '{}' is Ready", name), [&] {
    kube::wait_for_object(
        *api, "/api/v1/nodes/" + name,
        [&](const nlohmann::json& object, std::string& seen) {
          return cluster::is_back(object, node.restarted, seen);
        },
        renewing.deadline, context.stop());
  });
}

std::string cause_of(const RenewingNode& node) {
  if (node.renewals.empty()) {
    return "an interrupted renewal left it unfinished";
  }
  const auto& first = node.renewals.front();
  const auto more = node.renewals.size() - 1;
  return fmt::format("{}: {}{}", first.place.name, first.cause,
                     more == 0 ? "" : fmt::format("; {} more", more));
}

void add_renew_step(plan::Plan& plan, Renewing& renewing, RenewingNode& node,
                    std::vector<std::string> needs) {
  const auto count = node.renewals.size();
  plan.add(
      {.id = node.step("renew"),
       .title = fmt::format("renew {} certificate{} of {} and restart what uses them", count,
                            count == 1 ? "" : "s", node.files.node.name),
       .cause = cause_of(node),
       .needs = std::move(needs),
       .run = [&renewing, &node](plan::StepContext& context) { exchange(renewing, node, context.stop()); }});
}

void add_watch_step(plan::Plan& plan, Renewing& renewing, const RenewingNode& node, std::string cause,
                    std::vector<std::string> needs) {
  plan.add({.id = node.step("well"),
            .title = fmt::format("wait until {} is well with them", node.files.node.name),
            .cause = std::move(cause),
            .needs = std::move(needs),
            .run = [&renewing, &node](plan::StepContext& context) {
              wait_for_ports(renewing, node, context.stop());
              context.mark("what is served is new");
              wait_for_reports(renewing, node, context);
            }});
}

// The last steps of all of them.
std::vector<std::string> add_control_planes(plan::Plan& plan, Renewing& renewing) {
  std::vector<std::string> before;
  std::vector<RenewingNode*> waiting;
  for (auto& node : renewing.nodes) {
    if (!node.changes() || !node.files.is_control_plane()) {
      continue;
    }
    add_renew_step(plan, renewing, node, renewing.is_down ? std::vector<std::string>() : before);
    if (renewing.is_down) {
      before.push_back(node.step("renew"));
      waiting.push_back(&node);
    } else {
      add_watch_step(plan, renewing, node, "a certificate counts when it is served", {node.step("renew")});
      before = {node.step("well")};
    }
  }
  std::vector<std::string> last;
  for (const auto* node : waiting) {
    add_watch_step(plan, renewing, *node, "none could be well before all had new ones", before);
    last.push_back(node->step("well"));
  }
  return renewing.is_down ? last : before;
}

// Whether kubelet calls a controller manager or scheduler ready that it has started since. Pods of others are
// nobody's concern.
bool is_ready_again(const nlohmann::json& pod, const std::vector<RenewingNode>& nodes) {
  const auto node = std::ranges::find_if(nodes, [&](const RenewingNode& one) {
    return one.changes() && one.files.node.name == cluster::text_at(pod, {"spec", "nodeName"});
  });
  const auto listed = pod.value(nlohmann::json::json_pointer("/status/containerStatuses"), nlohmann::json());
  if (node == nodes.end() || !listed.is_array() || listed.empty()) {
    return node == nodes.end();
  }
  const auto started =
      base::parse_rfc3339(cluster::text_at(listed.front(), {"state", "running", "startedAt"}));
  return started && *started >= node->restarted && cluster::condition_holds(pod, "Ready");
}

void add_notice_step(plan::Plan& plan, Renewing& renewing, const std::vector<std::string>& needs) {
  plan.add({.id = "pods",
            .title = "wait until kubelets call controller managers and schedulers ready",
            .cause = "they ask ten seconds after these were started, and cluster status tells what they say",
            .needs = needs,
            .run = [&renewing](plan::StepContext& context) {
              const auto& first = renewing.nodes.front().files.node.name;
              const auto api =
                  cluster::admin_api(renewing.host, first, first, renewing.entrance, context.stop());
              const auto all = [&](const kube::Objects& pods, std::string& seen) {
                return std::ranges::all_of(pods, [&](const auto& pod) {
                  seen = pod.first + " is not ready";
                  return is_ready_again(pod.second, renewing.nodes);
                });
              };
              kube::waiting_until("controller managers and schedulers are ready", [&] {
                kube::wait_for(*api,
                               "/api/v1/namespaces/kube-system/pods?labelSelector=component%20in%20"
                               "%28kube-controller-manager%2Ckube-scheduler%29",
                               all, renewing.deadline, context.stop());
              });
            }});
}

void write_kubeconfigs(Renewing& renewing, plan::StepContext& context) {
  const auto& first = renewing.nodes.front().files.node.name;
  const auto access = cluster::read_access(renewing.host, first, first, "admin.conf", context.stop());
  for (const auto& place : renewing.kubeconfigs) {
    if (kubeconfig::replace_identity(place.path, kubeconfig::entry_name(renewing.request.cluster), access.ca,
                                     {.certificate = access.certificate, .key = access.key},
                                     context.stop())) {
      renewing.written.push_back(place.path);
    }
  }
}

}  // namespace

std::string RenewingNode::step(std::string_view what) const {
  return fmt::format("node/{}/{}", files.node.name, what);
}

plan::Plan make_plan(Renewing& renewing) {
  plan::Plan plan;
  const auto control_planes = add_control_planes(plan, renewing);
  for (auto& node : renewing.nodes) {
    if (node.changes() && !node.files.is_control_plane()) {
      add_renew_step(plan, renewing, node, control_planes);
      add_watch_step(plan, renewing, node, "its kubelet has to be taken for who it is", {node.step("renew")});
    }
  }
  if (!renewing.kubeconfigs.empty()) {
    plan.add({.id = "kubeconfig",
              .title = fmt::format("write the administrator's new certificate to {}",
                                   renewing.kubeconfigs.front().path),
              .cause = "kubectl shows it to the API",
              .needs = control_planes,
              .run = [&renewing](plan::StepContext& context) { write_kubeconfigs(renewing, context); }});
  }
  if (renewing.request.wait && !control_planes.empty()) {
    add_notice_step(plan, renewing, control_planes);
  }
  return plan;
}

}  // namespace ingot::certs
