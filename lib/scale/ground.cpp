// SPDX-License-Identifier: Apache-2.0
// What a cluster that was created with one control plane lacks before it can have more: a load balancer, a
// name in the API server's certificate, and an etcd that keeps the pace of several.
#include "base/error.hpp"
#include "base/text.hpp"
#include "boot/lone_etcd.hpp"
#include "certs/api_server.hpp"
#include "cluster/api_access.hpp"
#include "cluster/component_health.hpp"
#include "cluster/node_environment.hpp"
#include "cluster/ports.hpp"
#include "kube/wait.hpp"
#include "node/exchange.hpp"
#include "scale/scaling.hpp"
#include "scale/static_pod.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace ingot::scale {

namespace {

constexpr const char* kNamesStep = "api-server/names";
constexpr const char* kPaceStep = "etcd/pace";
constexpr const char* kCreateStep = "load-balancer/create";
constexpr const char* kStartStep = "load-balancer/start";
constexpr const char* kEtcdManifest = "/etc/kubernetes/manifests/etcd.yaml";

[[noreturn]] void refuse(const Scaling& scaling, std::string cause) {
  throw base::Error({.code = base::ErrorCode::unsupported,
                     .message = fmt::format("cluster '{}' cannot get more control planes", scaling.cluster),
                     .cause = std::move(cause),
                     .remedy = "ingot cluster create NAME --control-planes 3"});
}

// Names are not led around a proxy because their addresses are, and what a container has in its environment
// stays.
void refuse_proxies(const Scaling& scaling, const std::string& balancer) {
  for (const auto& variable : scaling.control_plane_pattern.environment) {
    const auto names = base::split(variable.substr(variable.find('=') + 1), ',');
    if (variable.starts_with("NO_PROXY=") && std::ranges::find(names, balancer) == names.end()) {
      refuse(scaling, "its nodes would look for a load balancer behind their proxy");
    }
  }
}

// Address of this machine at which users reach the API.
std::string listens(Scaling& scaling, const std::stop_token& stop) {
  const auto info = scaling.host.inspect(scaling.facts.control_plane_id, stop);
  for (const auto& port : info ? info->ports : std::vector<docker::PortBinding>()) {
    if (port.container_port == node::kApiPort && !port.host_address.empty()) {
      return port.host_address;
    }
  }
  refuse(scaling, "the port of its API server is not published");
}

void plan_balancer(Scaling& scaling, const std::stop_token& stop) {
  auto& ground = scaling.ground;
  ground.balancer = cluster::choose_balancer(scaling.host, scaling.cluster, ground.missing_images, stop);
  ground.balancer->pinned = ground.pinned;
  ground.listens = listens(scaling, stop);
  refuse_proxies(scaling, ground.balancer->name);
  scaling.balancer.cluster = scaling.cluster;
  scaling.balancer.name = ground.balancer->name;
  scaling.balancer.has_ipv6 = std::ranges::find(scaling.facts.families, true) != scaling.facts.families.end();
  for (const auto& address : scaling.in_order(ground.pinned)) {
    ground.names.push_back(address);
  }
}

// New control planes and workers are made as the cluster is going to be.
void lead_patterns(Scaling& scaling, const std::vector<std::string>& control_planes) {
  const auto& balancer = scaling.balancer.name;
  auto& endpoint = scaling.facts.endpoint;
  if (endpoint != balancer && std::ranges::find(control_planes, endpoint) == control_planes.end()) {
    refuse(scaling, fmt::format("its nodes reach the API by '{}'", endpoint));
  }
  endpoint = balancer;
  auto& files = scaling.control_plane_files;
  files.kubeadm_config =
      boot::without_lone_etcd_flags(led_to(balancer, control_planes, files.kubeadm_config));
  auto& etcd = files.static_pods.at("etcd.yaml");
  if (auto paced = boot::without_lone_etcd_flags(etcd); paced != etcd) {
    scaling.ground.lone_etcd = std::exchange(etcd, std::move(paced));
  }
  files.names.insert(files.names.end(), scaling.ground.names.begin(), scaling.ground.names.end());
}

void take_names(Scaling& scaling, const std::stop_token& stop) {
  certs::stand_for(scaling.host, scaling.facts.control_plane_id, scaling.ground.names, stop);
}

// kubelet starts containers again where their image changes, and not where their command does: so the old
// etcd is ended as soon as kubelet knows of the flag $1 no more. For at most $2 seconds.
constexpr const char* kStartAgain = R"sh(kubelet_is_told() {
  local client=/etc/kubernetes/pki/apiserver-kubelet-client pods
  pods=$(curl -sk -m 5 --cert "$client.crt" --key "$client.key" https://localhost:10250/pods)
  [[ $pods == *kube-apiserver* && $pods != *"$1"* ]]
}
until kubelet_is_told "$1"; do
  ((SECONDS < $2)) || exit 1
  read -r -t 0.05 -u "$never" _
done
keeps_pace() {
  local found=1
  for pid in $(first_processes); do
    name_of "$pid"
    [[ $name == etcd ]] || continue
    if [[ $(tr '\0' ' ' <"/proc/$pid/cmdline") == *"$1"* ]]; then
      [[ $ended == *" $pid "* ]] || { kill -TERM "$pid" && ended+=" $pid "; }
      return 1
    fi
    found=0
  done 2>/dev/null
  return $found
}
ended=
until keeps_pace "$1"; do
  ((SECONDS < $2)) || exit 1
  read -r -t 0.05 -u "$never" _
done
true)sh";

std::string etcd_pod(const Scaling& scaling) {
  return fmt::format("/api/v1/namespaces/kube-system/pods/etcd-{}", scaling.facts.control_plane);
}

// By which kubelet knows the pod.
std::string etcd_uid(Scaling& scaling, const std::stop_token& stop) {
  const auto pod = scaling.api->get(etcd_pod(scaling), stop);
  auto uid = pod ? cluster::text_at(*pod, {"metadata", "annotations", "kubernetes.io/config.hash"}) : "";
  if (uid.empty()) {
    throw base::Error(base::ErrorCode::unsupported, "etcd cannot be started again",
                      fmt::format("the API has no static pod etcd-{}", scaling.facts.control_plane));
  }
  return uid;
}

// It is tried again by the next change.
[[noreturn]] void give_up_pace(Scaling& scaling, const node::CommandResult& result,
                               const std::stop_token& stop) {
  static_cast<void>(
      node::exchange(scaling.host, scaling.facts.control_plane_id,
                     {.files = {{kEtcdManifest, scaling.ground.lone_etcd, 0600}}, .then = "true"}, stop));
  throw base::Error(
      base::ErrorCode::timed_out,
      fmt::format("timed out waiting until the etcd of '{}' is started again", scaling.facts.control_plane),
      std::string(base::trim(result.output)));
}

void keep_pace(Scaling& scaling, const std::stop_token& stop) {
  const auto& [flag, value] = *boot::lone_etcd_flags().begin();
  const auto left = std::chrono::ceil<std::chrono::seconds>(scaling.deadline - base::Clock::now());
  const auto result = node::exchange(
      scaling.host, scaling.facts.control_plane_id,
      {.files = {{kEtcdManifest,
                  with_uid(scaling.control_plane_files.static_pods.at("etcd.yaml"), etcd_uid(scaling, stop)),
                  0600}},
       .then = kStartAgain,
       .arguments = {fmt::format("--{}={}", flag, value), fmt::format("{}", left.count())}},
      stop);
  if (result.exit_code != 0) {
    give_up_pace(scaling, result, stop);
  }
  kube::waiting_until(fmt::format("the API server of '{}' is ready", scaling.facts.control_plane),
                      [&] { kube::wait_for_api(*scaling.api, scaling.deadline, stop, "/readyz"); });
}

bool is_told_anew(const nlohmann::json& pod, const std::string& old, std::string& seen) {
  seen = "it is not Ready";
  return pod.dump().find(old) == std::string::npos && cluster::condition_holds(pod, "Ready");
}

// kubelet tells anew what it runs when what it told is gone: the next time that it looks, which may be a
// minute and a half later. Nothing that works depends on it, so nothing is taken back for it.
void report_pace(Scaling& scaling, plan::StepContext& context) {
  const auto& [flag, value] = *boot::lone_etcd_flags().begin();
  const auto old = fmt::format("--{}={}", flag, value);
  scaling.api->remove_at_once(etcd_pod(scaling), context.stop());
  try {
    kube::wait_for_object(
        *scaling.api, etcd_pod(scaling),
        [&](const nlohmann::json& pod, std::string& seen) { return is_told_anew(pod, old, seen); },
        scaling.deadline, context.stop());
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::timed_out) {
      throw;
    }
    context.warn(
        fmt::format("kubelet has yet to tell the API of the etcd of '{}'", scaling.facts.control_plane));
  }
}

void create(Scaling& scaling, const std::stop_token& stop) {
  auto& balancer = *scaling.ground.balancer;
  const auto& pattern = scaling.control_plane_pattern;
  int port = 0;  // chosen here where it can be: one that the engine chooses changes with every start
  if (scaling.engine_is_local) {
    balancer.held_ports.push_back(cluster::hold_port(scaling.ground.listens, port).value());
  }
  balancer.ports = {
      {.container_port = node::kApiPort, .host_address = scaling.ground.listens, .host_port = port}};
  balancer.id = make_container(
      scaling,
      cluster::to_node_spec(balancer,
                            {.cluster = scaling.cluster,
                             .network = pattern.network,
                             .uses_ipv6 = scaling.balancer.has_ipv6,
                             .env = cluster::shared_environment(pattern.environment),
                             .restart_policy = pattern.restart_policy,
                             .labels = {{std::string(node::kVersionLabel), scaling.options.tool_version}}}),
      stop);
}

void start(Scaling& scaling, const std::stop_token& stop) {
  auto& balancer = *scaling.ground.balancer;
  cluster::start_balancer(scaling.host, balancer, scaling.balancer, stop);
  scaling.balancer_id = balancer.id;
  const auto api =
      cluster::admin_api(scaling.host, scaling.facts.control_plane, balancer.name, balancer.name, stop);
  kube::waiting_until("the load balancer leads to the API",
                      [&] { kube::wait_for_api(*api, scaling.deadline, stop, "/readyz"); });
}

void add_balancer_steps(plan::Plan& plan, Scaling& scaling, std::vector<std::string> needs) {
  const auto& name = scaling.ground.balancer->name;
  for (const auto& image : scaling.ground.missing_images) {
    plan.add(
        {.id = "image/" + image,
         .title = "pull " + image,
         .cause = "the engine does not have it",
         .run = [&scaling, image](plan::StepContext& context) {
           scaling.host.pull(
               image,
               [&](std::int64_t current, std::int64_t total) { context.progress("bytes", current, total); },
               context.stop());
         }});
    needs.push_back("image/" + image);
  }
  plan.add(
      {.id = kCreateStep,
       .title = "create load balancer " + name,
       .cause = "the cluster was created with one control plane, and has none",
       .needs = std::move(needs),
       .run = [&scaling](plan::StepContext& context) { create(scaling, context.stop()); },
       .undo = [&scaling, name](const std::stop_token& stop) { remove_container(scaling, name, stop); }});
  plan.add({.id = kStartStep,
            .title = fmt::format("start load balancer {} and wait until it leads to the API", name),
            .cause = "nodes and users are going to reach the API there",
            .needs = {kCreateStep},
            .run = [&scaling](plan::StepContext& context) { start(scaling, context.stop()); }});
}

std::vector<std::string> ids_of(const plan::Plan& plan) {
  std::vector<std::string> ids;
  for (const auto& step : plan.steps()) {
    ids.push_back(step.id);
  }
  return ids;
}

}  // namespace

void observe_ground(Scaling& scaling, const std::vector<node::Node>& nodes, const std::stop_token& stop) {
  if (!scaling.adds_control_planes()) {
    return;
  }
  if (scaling.ground.lacks_balancer) {
    plan_balancer(scaling, stop);
  }
  scaling.ground.names.push_back(scaling.balancer.name);
  scaling.ground.names =
      certs::missing_names(scaling.host, scaling.facts.control_plane_id, scaling.ground.names, stop);
  lead_patterns(scaling, names_of(nodes, node::kControlPlaneRole));
}

std::vector<std::string> add_ground_steps(plan::Plan& plan, Scaling& scaling) {
  const auto& name = scaling.facts.control_plane;
  auto before = ids_of(plan);
  std::vector<std::string> last;
  if (!scaling.ground.half_made.empty() && !scaling.ground.balancer) {
    plan.add({.id = "load-balancer/remove",
              .title = "remove load balancer " + scaling.ground.half_made,
              .cause = "an interrupted change left it half made",
              .run = [&scaling](plan::StepContext& context) {
                remove_container(scaling, scaling.ground.half_made, context.stop());
              }});
  }
  if (!scaling.ground.names.empty()) {
    plan.add({.id = kNamesStep,
              .title = fmt::format("let the API server of {} stand for the load balancer", name),
              .cause = "its certificate does not have its name",
              .run = [&scaling](plan::StepContext& context) { take_names(scaling, context.stop()); }});
    last = {kNamesStep};
    before.emplace_back(kNamesStep);
  }
  if (scaling.ground.balancer) {
    add_balancer_steps(plan, scaling, last);
    last = {kStartStep};
  }
  if (!scaling.ground.lone_etcd.empty()) {
    plan.add({.id = kPaceStep,
              .title = fmt::format("start the etcd of {} at the pace of several", name),
              .cause = "its heartbeats are for one, and would be lost to every busy moment of others",
              .needs = before,  // meanwhile the API answers nobody, and nothing else of the node is exchanged
              .run = [&scaling](plan::StepContext& context) { keep_pace(scaling, context.stop()); }});
    plan.add({.id = "etcd/report",
              .title = fmt::format("let the API know the etcd of {} as it is", name),
              .cause = "its command was another one",
              .needs = {kPaceStep},
              .run = [&scaling](plan::StepContext& context) { report_pace(scaling, context); }});
    last.emplace_back(kPaceStep);
  }
  return last;
}

}  // namespace ingot::scale
