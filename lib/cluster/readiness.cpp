// SPDX-License-Identifier: Apache-2.0
// The steps that end a create: a cluster is useful when every node is Ready, CoreDNS is available and pods
// can be given an identity. Watched, not polled.
#include "base/error.hpp"
#include "cluster/component_health.hpp"
#include "cluster/creation.hpp"
#include "kube/wait.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::cluster {

namespace {

using nlohmann::json;

bool exists(const json& /*object*/, std::string& /*seen*/) {
  return true;
}

bool is_available(const json& deployment, std::string& seen) {
  return condition_holds(deployment, "Available", seen);
}

void wait_for_object(Creation& creation, const std::string& path, const std::string& what,
                     const kube::ObjectPredicate& is_done, plan::StepContext& context) {
  kube::waiting_until(
      what, [&] { kube::wait_for_object(*creation.api, path, is_done, creation.deadline, context.stop()); });
}

// kube-proxy says so itself, at the port where load balancers ask it, once it has made its first rules.
void wait_for_services(Creation& creation, const std::string& node, const std::stop_token& stop) {
  kube::waiting_until(fmt::format("services are reachable from '{}'", node), [&] {
    kube::wait_for_api(*creation.api, creation.deadline, stop,
                       fmt::format("/api/v1/nodes/http:{}:10256/proxy/healthz", node));
  });
}

// A step's context that stops earlier.
class Hurried final : public plan::StepContext {
 public:
  Hurried(plan::StepContext& context, std::stop_token stop) : context_(context), stop_(std::move(stop)) {}
  [[nodiscard]] const std::stop_token& stop() const override { return stop_; }
  void progress(std::string_view text, std::int64_t current, std::int64_t total) override {
    context_.progress(text, current, total);
  }
  void mark(std::string_view text) override { context_.mark(text); }
  void warn(std::string_view text) override { context_.warn(text); }

 private:
  plan::StepContext& context_;
  std::stop_token stop_;
};

using Run = std::function<void(plan::StepContext&)>;

// Waits, but no longer than the user's patience where there is one; `late` is called when it ended.
Run patiently(const Creation& creation, bool is_control_plane, Run wait, std::function<void()> late = {}) {
  const auto& patience = creation.options.patience;
  if (!patience) {
    return wait;
  }
  return [limit = is_control_plane ? patience->control_planes : patience->rest, wait = std::move(wait),
          late = std::move(late)](plan::StepContext& context) {
    const base::TimeLimit ends(limit, context.stop());
    Hurried hurried(context, ends.token());
    try {
      wait(hurried);
    } catch (const base::Cancelled&) {
      if (!ends.has_passed()) {
        throw;
      }
      if (late) {
        late();
      }
    }
  };
}

bool has_network(const config::ClusterSpec& spec) {
  return !spec.networking.disable_default_cni;
}

bool has_services(const config::ClusterSpec& spec) {
  return spec.networking.kube_proxy_mode != config::KubeProxyMode::none;
}

// CoreDNS needs a network for its pods, and the API's service address.
bool has_dns(const config::ClusterSpec& spec) {
  return has_network(spec) && has_services(spec);
}

// Where the user has no say in kube-proxy's configuration.
void add_service_steps(plan::Plan& plan, Creation& creation) {
  if (creation.bootstrap != Bootstrap::native || !has_services(creation.spec)) {
    return;
  }
  for (auto& node : creation.nodes) {
    plan.add({.id = fmt::format("node/{}/services", node.name),
              .title = "wait until services are reachable from " + node.name,
              .cause = "a name server that nobody reaches is of no use",
              // By then it is nearly always so, and few questions are asked.
              .needs = {has_dns(creation.spec) ? "dns" : fmt::format("node/{}/ready", node.name)},
              .run = patiently(creation, false, [&creation, &node](plan::StepContext& context) {
                wait_for_services(creation, node.name, context.stop());
              })});
  }
}

// What everybody may count on, however little patience: `kubectl wait` needs nodes to wait for.
void add_registered_step(plan::Plan& plan, Creation& creation, const PlannedNode& node,
                         std::vector<std::string> needs) {
  plan.add({.id = fmt::format("node/{}/registered", node.name),
            .title = fmt::format("wait until {} has registered", node.name),
            .cause = "a node that the cluster does not know is none",
            .needs = std::move(needs),
            .run = [&creation, &node](plan::StepContext& context) {
              wait_for_object(creation, "/api/v1/nodes/" + node.name,
                              fmt::format("node '{}' has registered", node.name), exists, context);
            }});
}

// A node is not Ready as long as it has no network; that its kubelet says so is as much as can be waited for.
void wait_for_node(Creation& creation, const std::string& node, plan::StepContext& context) {
  const std::string path = "/api/v1/nodes/" + node;
  if (has_network(creation.spec) || creation.options.patience) {
    wait_for_object(creation, path, fmt::format("node '{}' is Ready", node), takes_pods, context);
    return;
  }
  const auto has_reported = [](const json& object, std::string& seen) {
    const std::string status = text_at(condition_of(object, "Ready"), {"status"});
    seen = "its kubelet has not reported yet";
    return status == "True" || status == "False";
  };
  wait_for_object(creation, path, fmt::format("the kubelet of node '{}' has reported", node), has_reported,
                  context);
}

}  // namespace

std::string not_awaited(const config::ClusterSpec& spec) {
  if (!has_network(spec)) {
    return fmt::format(
        "not waited for: Ready nodes and CoreDNS{}; they need the network that you install "
        "(disableDefaultCNI)",
        has_services(spec) ? "" : " and services");
  }
  return has_services(spec)
             ? ""
             : "not waited for: services and CoreDNS; they need the service proxy that you install "
               "(kubeProxyMode none)";
}

void add_readiness_steps(plan::Plan& plan, Creation& creation) {
  if (!creation.options.wait) {
    return;
  }
  for (auto& node : creation.nodes) {
    std::vector<std::string> needs = {"api"};
    if (&node != &creation.control_plane()) {
      needs.push_back(
          fmt::format("node/{}/{}", node.name, creation.bootstrap == Bootstrap::kubeadm ? "join" : "start"));
    }
    if (creation.options.patience) {
      add_registered_step(plan, creation, node, needs);
      needs = {fmt::format("node/{}/registered", node.name)};
    }
    plan.add(
        {.id = fmt::format("node/{}/ready", node.name),
         .title = has_network(creation.spec) ? fmt::format("wait until {} is Ready", node.name)
                                             : fmt::format("wait for the kubelet of {}", node.name),
         .cause = "a create ends when the cluster is useful",
         .needs = std::move(needs),
         .run = patiently(
             creation, node.control_plane,
             [&creation, &node](plan::StepContext& context) { wait_for_node(creation, node.name, context); },
             [&node] { node.late = true; })});
  }
  if (has_dns(creation.spec)) {
    plan.add({.id = "dns",
              .title = "wait until CoreDNS is available",
              .cause = "a create ends when the cluster is useful",
              .needs = {"api"},
              .run = patiently(creation, false, [&creation](plan::StepContext& context) {
                wait_for_object(creation, "/apis/apps/v1/namespaces/kube-system/deployments/coredns",
                                "CoreDNS is available", is_available, context);
              })});
  }
  add_load_balancer_readiness_step(plan, creation);
  add_service_steps(plan, creation);
  plan.add({.id = "service-account",
            .title = "wait for the default service account",
            .cause = "pods cannot be created without it",
            .needs = {"api"},
            .run = patiently(creation, false, [&creation](plan::StepContext& context) {
              wait_for_object(creation, "/api/v1/namespaces/default/serviceaccounts/default",
                              "the default service account exists", exists, context);
            })});
}

}  // namespace ingot::cluster
