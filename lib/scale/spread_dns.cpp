// SPDX-License-Identifier: Apache-2.0
// Where there was one control plane both name servers may be on it, and nobody would move one of them: with
// it all names would be lost. The scheduler likes them apart, once it has where to.
#include "base/error.hpp"
#include "cluster/component_health.hpp"
#include "kube/wait.hpp"
#include "scale/pods.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ingot::scale {

namespace {

using cluster::text_at;
using nlohmann::json;

constexpr const char* kNameServers = "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-dns";

struct NameServers {
  std::vector<std::string> names;  // of pods
  std::set<std::string> nodes;
  [[nodiscard]] bool share_a_node() const { return names.size() > 1 && nodes.size() == 1; }
};

NameServers name_servers(Scaling& scaling, const std::stop_token& stop) {
  NameServers found;
  const json pods =
      scaling.api->list("/api/v1/namespaces/kube-system/pods", stop, "labelSelector=k8s-app%3Dkube-dns");
  for (const auto& pod : pods.at("items")) {
    if (!is_ending(pod)) {
      found.names.push_back(text_at(pod, {"metadata", "name"}));
      found.nodes.insert(text_at(pod, {"spec", "nodeName"}));
    }
  }
  return found;
}

// Whether it goes; who forbids that has a reason.
bool evict(Scaling& scaling, const std::string& pod, plan::StepContext& context) {
  try {
    scaling.api->evict("kube-system", pod, context.stop());
    return true;
  } catch (const base::Error& error) {
    std::string why;
    if (!is_held(error.failure(), why)) {
      throw;
    }
    context.warn(fmt::format("all name servers stay on one node: {}", why));
    return false;
  }
}

// Until the one that is evicted is replaced the others answer.
void spread(Scaling& scaling, plan::StepContext& context) {
  const auto found = name_servers(scaling, context.stop());
  if (!found.share_a_node() || !evict(scaling, found.names.back(), context)) {
    return;
  }
  kube::waiting_until("every name server answers again", [&] {
    kube::wait_for(
        *scaling.api, kNameServers,
        [&](const kube::Objects& pods, std::string& seen) {
          const auto ready = std::ranges::count_if(pods, [&](const auto& one) {
            return text_at(one.second, {"metadata", "name"}) != found.names.back() &&
                   cluster::condition_holds(one.second, "Ready");
          });
          seen = fmt::format("{} of {} are ready", ready, found.names.size());
          return ready >= std::ssize(found.names);
        },
        scaling.deadline, context.stop());
  });
}

}  // namespace

void add_dns_step(plan::Plan& plan, Scaling& scaling) {
  if (scaling.control_planes != 1 || !scaling.adds_control_planes() || !scaling.options.wait) {
    return;
  }
  std::vector<std::string> ready;
  for (const auto& node : scaling.coming) {
    ready.push_back(step_id(node.name, "ready"));
  }
  plan.add({.id = "dns/spread",
            .title = "let name servers run on several nodes",
            .cause = "with the only control plane all of them could have been lost",
            .needs = std::move(ready),
            .run = [&scaling](plan::StepContext& context) { spread(scaling, context); }});
}

}  // namespace ingot::scale
