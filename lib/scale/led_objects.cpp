// SPDX-License-Identifier: Apache-2.0
// Objects that say where the API is: kubeadm's records, kube-proxy's configuration, and the network's daemon,
// which kind tells by a variable.
#include "cluster/component_health.hpp"
#include "kube/wait.hpp"
#include "scale/scaling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ingot::scale {

namespace {

using cluster::list_at;
using cluster::number_at;
using cluster::text_at;
using nlohmann::json;

constexpr const char* kObjectsStep = "objects/lead";
constexpr const char* kProxyMap = "/api/v1/namespaces/kube-system/configmaps/kube-proxy";
constexpr std::array<const char*, 3> kMaps = {kProxyMap,
                                              "/api/v1/namespaces/kube-system/configmaps/kubeadm-config",
                                              "/api/v1/namespaces/kube-public/configmaps/cluster-info"};
constexpr const char* kDaemonSets = "/apis/apps/v1/namespaces/kube-system/daemonsets";
constexpr const char* kProxyPods = "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-proxy";
constexpr const char* kSystemPods = "/api/v1/namespaces/kube-system/pods";
// On kube-proxy's configuration until all of its pods have read it.
constexpr const char* kUnread = "dev.ingot.unread";

void look_at_map(Scaling& scaling, const std::string& path, const std::vector<std::string>& control_planes,
                 const std::stop_token& stop) {
  const auto map = scaling.api->get(path, stop);
  const json data = map ? map->value("data", json::object()) : json::object();
  json change = json::object();
  json back = json::object();
  for (const auto& [key, text] : data.items()) {
    if (!text.is_string()) {
      continue;
    }
    auto wanted = led_text(scaling, control_planes, text.get_ref<const std::string&>());
    if (wanted != text.get_ref<const std::string&>()) {
      change["data"][key] = std::move(wanted);
      back["data"][key] = text;
    }
  }
  const bool is_proxys = path == kProxyMap;
  scaling.leading.restarts_proxies =
      scaling.leading.restarts_proxies ||
      (is_proxys && (!change.empty() || !text_at(*map, {"metadata", "annotations", kUnread}).empty()));
  if (change.empty()) {
    return;
  }
  if (is_proxys) {
    change["metadata"]["annotations"][kUnread] = "true";
    back["metadata"]["annotations"][kUnread] = nullptr;
  }
  scaling.leading.objects.push_back({.path = path,
                                     .change = std::make_shared<json>(std::move(change)),
                                     .back = std::make_shared<json>(std::move(back))});
}

json env_patch(const std::string& container, const std::string& name, const std::string& value) {
  const json variable = {{"name", name}, {"value", value}};
  const json one = {{"name", container}, {"env", json::array({variable})}};
  return {{"spec", {{"template", {{"spec", {{"containers", json::array({one})}}}}}}}};
}

void look_at_daemon_sets(Scaling& scaling, const std::vector<std::string>& control_planes,
                         const std::stop_token& stop) {
  const json listed = scaling.api->list(kDaemonSets, stop);
  for (const auto& daemon_set : list_at(listed, {"items"})) {
    for (const auto& container : list_at(daemon_set, {"spec", "template", "spec", "containers"})) {
      for (const auto& variable : list_at(container, {"env"})) {
        const auto value = text_at(variable, {"value"});
        const auto wanted = led_to(scaling.balancer.name, control_planes, value);
        if (value == wanted) {
          continue;
        }
        const auto name = text_at(variable, {"name"});
        const auto in = text_at(container, {"name"});
        scaling.leading.objects.push_back(
            {.path = fmt::format("{}/{}", kDaemonSets, text_at(daemon_set, {"metadata", "name"})),
             .is_daemon_set = true,
             .change = std::make_shared<json>(env_patch(in, name, wanted)),
             .back = std::make_shared<json>(env_patch(in, name, value))});
      }
    }
  }
}

void patch(Scaling& scaling, const LedObject& object, const json& change, const std::stop_token& stop) {
  scaling.api->patch(object.path,
                     object.is_daemon_set ? kube::PatchKind::strategic_merge : kube::PatchKind::merge, change,
                     stop);
}

std::vector<std::string> names_of_proxies(Scaling& scaling, const std::stop_token& stop) {
  std::vector<std::string> names;
  const json pods = scaling.api->list(kSystemPods, stop, "labelSelector=k8s-app%3Dkube-proxy");
  for (const auto& pod : list_at(pods, {"items"})) {
    names.push_back(text_at(pod, {"metadata", "name"}));
  }
  return names;
}

void remove_pods(Scaling& scaling, const std::vector<std::string>& names, const std::stop_token& stop) {
  for (const auto& name : names) {
    scaling.api->remove(fmt::format("{}/{}", kSystemPods, name), stop);
  }
}

void lead(Scaling& scaling, const std::stop_token& stop) {
  for (const auto& object : scaling.leading.objects) {
    patch(scaling, object, *object.change, stop);
  }
  if (scaling.leading.restarts_proxies) {
    scaling.leading.old_proxies = names_of_proxies(scaling, stop);
  }
}

void lead_back(Scaling& scaling, const std::stop_token& stop) {
  for (const auto& object : scaling.leading.objects) {
    patch(scaling, object, *object.back, stop);
  }
  if (scaling.leading.restarts_proxies) {
    remove_pods(scaling, names_of_proxies(scaling, stop), stop);
  }
}

bool runs(const json& pod) {
  return cluster::condition_holds(pod, "Ready");
}

// Another one runs on each node that runs.
bool are_replaced(const Scaling& scaling, const kube::Objects& pods, std::string& seen) {
  const auto& old = scaling.leading.old_proxies;
  return std::ranges::all_of(scaling.peers, [&](const Peer& peer) {
    seen = fmt::format("there is no new one on '{}'", peer.name);
    return !peer.runs || std::ranges::any_of(pods, [&](const auto& entry) {
      const auto& pod = entry.second;
      return text_at(pod, {"spec", "nodeName"}) == peer.name && runs(pod) &&
             std::ranges::find(old, text_at(pod, {"metadata", "name"})) == old.end();
    });
  });
}

// The rules that each made stay until the next has looked at them.
void restart_proxies(Scaling& scaling, const std::stop_token& stop) {
  remove_pods(scaling, scaling.leading.old_proxies, stop);
  kube::waiting_until("kube-proxy runs again on every node", [&] {
    kube::wait_for(
        *scaling.api, kProxyPods,
        [&](const kube::Objects& pods, std::string& seen) { return are_replaced(scaling, pods, seen); },
        scaling.deadline, stop);
  });
  scaling.api->patch(kProxyMap, kube::PatchKind::merge,
                     {{"metadata", {{"annotations", {{kUnread, nullptr}}}}}}, stop);
}

bool is_rolled_out(const json& daemon_set, std::string& seen) {
  const int wanted = number_at(daemon_set, {"status", "desiredNumberScheduled"}, 0);
  const int updated = number_at(daemon_set, {"status", "updatedNumberScheduled"}, 0);
  const int unavailable = number_at(daemon_set, {"status", "numberUnavailable"}, 0);
  seen = fmt::format("{} of {} are new, {} unavailable", updated, wanted, unavailable);
  return number_at(daemon_set, {"status", "observedGeneration"}, 0) >=
             number_at(daemon_set, {"metadata", "generation"}, 0) &&
         updated >= wanted && unavailable == 0;
}

// A node that does not run keeps its controller from going on; it does when the node is back.
void await_daemon_set(Scaling& scaling, const LedObject& object, plan::StepContext& context) {
  const auto name = object.path.substr(object.path.rfind('/') + 1);
  if (!std::ranges::all_of(scaling.peers, &Peer::runs)) {
    context.warn(fmt::format("not every node runs: the pods of {} are not waited for", name));
    return;
  }
  kube::waiting_until(fmt::format("the pods of {} are replaced", name), [&] {
    kube::wait_for_object(*scaling.api, object.path, is_rolled_out, scaling.deadline, context.stop());
  });
}

}  // namespace

void observe_led_objects(Scaling& scaling, const std::vector<std::string>& control_planes,
                         const std::stop_token& stop) {
  for (const auto* path : kMaps) {
    look_at_map(scaling, path, control_planes, stop);
  }
  look_at_daemon_sets(scaling, control_planes, stop);
}

std::vector<std::string> add_led_object_steps(plan::Plan& plan, Scaling& scaling,
                                              const std::vector<std::string>& needs) {
  const auto& leading = scaling.leading;
  if (leading.objects.empty() && !leading.restarts_proxies) {
    return needs;
  }
  plan.add({.id = kObjectsStep,
            .title = "let the cluster's records and daemons know the load balancer",
            .cause = "they say where the API was",
            .needs = needs,
            .run = [&scaling](plan::StepContext& context) { lead(scaling, context.stop()); },
            .undo = [&scaling](const std::stop_token& stop) { lead_back(scaling, stop); }});
  if (leading.restarts_proxies) {
    plan.add({.id = "kube-proxy/restart",
              .title = "replace the pods of kube-proxy",
              .cause = "they read their configuration when they start",
              .needs = {kObjectsStep},
              .run = [&scaling](plan::StepContext& context) { restart_proxies(scaling, context.stop()); }});
  }
  for (const auto& object : leading.objects) {
    if (object.is_daemon_set) {
      const auto name = object.path.substr(object.path.rfind('/') + 1);
      plan.add({.id = name + "/roll-out",
                .title = fmt::format("wait until the pods of {} are replaced", name),
                .cause = "they were told where the API was",
                .needs = {kObjectsStep},
                .run = [&scaling, &object](plan::StepContext& context) {
                  await_daemon_set(scaling, object, context);
                }});
    }
  }
  return {kObjectsStep};
}

}  // namespace ingot::scale
