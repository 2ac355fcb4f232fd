// SPDX-License-Identifier: Apache-2.0
// Files of nodes that say where the API is. kubelet reads its own when it starts; its pods go on meanwhile.
#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/component_health.hpp"
#include "kube/wait.hpp"
#include "node/exchange.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ingot::scale {

namespace {

constexpr const char* kKubeletFile = "/etc/kubernetes/kubelet.conf";
constexpr std::array<const char*, 4> kFiles = {kKubeletFile, "/etc/kubernetes/admin.conf",
                                               "/etc/kubernetes/super-admin.conf", "/kind/kubeadm.conf"};

LedNode look_at(Scaling& scaling, const node::Node& node, const std::vector<std::string>& control_planes,
                const std::stop_token& stop) {
  LedNode led{.name = node.name, .id = node.id, .runs = node.state == "running"};
  for (const auto* path : kFiles) {
    const auto text = scaling.host.read_file(node.id, path, stop);
    if (!text) {
      continue;
    }
    auto wanted = led_text(scaling, control_planes, *text);
    if (wanted != *text) {
      led.files.push_back({path, std::move(wanted), 0600});
      led.old_files.push_back({path, *text, 0600});
      led.restarts_kubelet = led.restarts_kubelet || std::string_view(path) == kKubeletFile;
    }
  }
  return led;
}

void wait_for_kubelet(Scaling& scaling, const LedNode& node, std::chrono::system_clock::time_point restarted,
                      const std::stop_token& stop) {
  kube::waiting_until(fmt::format("node '{}' is Ready", node.name), [&] {
    kube::wait_for_object(
        *scaling.api, node_path(node.name),
        [&](const nlohmann::json& object, std::string& seen) {
          return cluster::is_back(object, restarted, seen);
        },
        scaling.deadline, stop);
  });
}

// A node that does not run reads them when it starts.
void exchange(Scaling& scaling, const LedNode& node, const std::vector<tar::File>& files, bool wait,
              const std::stop_token& stop) {
  if (!node.runs) {
    scaling.host.put_files(node.id, tar::pack(files), stop);
    return;
  }
  const auto* then =
      node.restarts_kubelet ? "systemctl stop kubelet; date +%s; systemctl start kubelet" : "true";
  const auto result = node::exchange(scaling.host, node.id, {.files = files, .then = then}, stop);
  if (result.exit_code != 0) {
    throw base::Error(base::ErrorCode::command_failed,
                      fmt::format("the kubelet of '{}' could not be started again", node.name),
                      std::string(base::trim(result.output)));
  }
  if (node.restarts_kubelet && wait) {
    wait_for_kubelet(scaling, node, node::moment_in(result.output), stop);
  }
}

}  // namespace

void observe_led_nodes(Scaling& scaling, const std::vector<node::Node>& nodes,
                       const std::vector<std::string>& control_planes, const std::stop_token& stop) {
  for (const auto& node : nodes) {
    const bool goes = std::ranges::find(scaling.going, node.name, &GoingNode::name) != scaling.going.end();
    if (goes || node.role == node::kLoadBalancerRole) {
      continue;
    }
    if (auto led = look_at(scaling, node, control_planes, stop); !led.files.empty()) {
      scaling.leading.nodes.push_back(std::move(led));
    }
  }
}

void add_led_node_steps(plan::Plan& plan, Scaling& scaling, const std::vector<std::string>& needs) {
  for (const auto& node : scaling.leading.nodes) {
    plan.add(
        {.id = step_id(node.name, "lead"),
         .title = fmt::format("lead {} to the load balancer{}", node.name,
                              node.restarts_kubelet ? " and restart its kubelet" : ""),
         .cause = fmt::format("{} says where the API was", node.files.front().path),
         .needs = needs,
         .run =
             [&scaling, &node](plan::StepContext& context) {
               exchange(scaling, node, node.files, true, context.stop());
             },
         .undo = [&scaling, &node](
                     const std::stop_token& stop) { exchange(scaling, node, node.old_files, false, stop); }});
  }
}

}  // namespace ingot::scale
