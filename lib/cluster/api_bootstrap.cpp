// SPDX-License-Identifier: Apache-2.0
#include "cluster/api_bootstrap.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "kube/hash.hpp"
#include "kube/wait.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace ingot::cluster {

namespace {

using nlohmann::json;
using Objects = std::vector<std::string>;

// Enough to keep a starting API server busy; more would only take processor time from it.
constexpr std::size_t kConnections = 6;

// Runs `work` for each index below `count`, several at once; the first failure is thrown, after all have
// ended.
void for_each_at_once(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<base::Failure> failure;
  std::atomic<bool> cancelled{false};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (const base::Cancelled&) {
        cancelled = true;
        next = count;
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = failure ? failure : base::current_failure();
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(count, kConnections); ++i) {
      threads.emplace_back(run);
    }
  }
  if (failure) {
    throw base::Error(*failure);
  }
  if (cancelled) {
    throw base::Cancelled();
  }
}

// For a second or so an API server refuses what it will take later: namespaces and priority classes that were
// just created are known to its admission plugins only after their own watch has brought them, and its
// service addresses are given out only once it has made the default ServiceCIDR (HTTP 422, in the field
// errors).
bool is_not_yet(const base::Error& error) {
  const auto names_allocation = [](const std::string& problem) {
    return problem.find("failed to allocate") != std::string::npos;
  };
  return kube::is_starting_up(error) || error.code() == base::ErrorCode::not_found ||
         std::ranges::any_of(error.failure().problems, names_allocation);
}

class ApiBootstrap {
 public:
  ApiBootstrap(Creation& creation, plan::StepContext& context) : creation_(creation), context_(context) {}

  void run(const boot::ClusterObjects& objects);
  // One by one, over the connection that is open: a second one would come later.
  void create_first(const Objects& objects) {
    for (const auto& object : objects) {
      create(object);
    }
  }

 private:
  template <typename Send>
  json until_accepted(Send&& send);
  json create(const std::string& text);
  void complete_node(const json& node);
  void create_all(const Objects& objects);
  void create_early_pods(const std::vector<json>& workloads);
  void start_daemon_pods(const json& daemon_set);
  void start_first_pod(const json& deployment);

  Creation& creation_;
  plan::StepContext& context_;
};

template <typename Send>
json ApiBootstrap::until_accepted(Send&& send) {
  for (;;) {
    try {
      return send();
    } catch (const base::Error& error) {
      if (!is_not_yet(error)) {
        throw;
      }
      if (base::Clock::now() > creation_.deadline) {
        throw base::Error({.code = base::ErrorCode::timed_out,
                           .message = "timed out: " + error.failure().message,
                           .cause = error.failure().cause,
                           .problems = error.failure().problems});
      }
    }
    base::sleep_for(std::chrono::milliseconds(20), context_.stop());
  }
}

json ApiBootstrap::create(const std::string& text) {
  const json object = json::parse(text);
  bool existed = false;
  json created = until_accepted([&] { return creation_.api->create(object, context_.stop(), &existed); });
  if (existed && object.value("kind", "") == "Node") {
    complete_node(object);
  }
  return created;
}

// Its kubelet was faster; what kubelets do not know is added.
void ApiBootstrap::complete_node(const json& node) {
  const std::string name = node.at("metadata").at("name");
  const json change = {{"metadata", {{"labels", node.at("metadata").at("labels")}}},
                       {"spec", node.at("spec")}};
  creation_.api->patch("/api/v1/nodes/" + name, kube::PatchKind::strategic_merge, change, context_.stop());
}

void ApiBootstrap::create_all(const Objects& objects) {
  for_each_at_once(objects.size(), [&](std::size_t i) { create(objects[i]); });
}

void ApiBootstrap::start_daemon_pods(const json& daemon_set) {
  const std::string text = daemon_set.dump();
  const std::string revision = kube::controller_revision_hash(text);
  const std::string revisions = fmt::format("/apis/apps/v1/namespaces/{}/controllerrevisions",
                                            daemon_set.at("metadata").at("namespace").get<std::string>());
  // The controller knows the pods for its own by this.
  until_accepted([&] {
    return creation_.api->create_text(revisions, kube::daemon_set_revision(text), context_.stop());
  });
  for_each_at_once(creation_.nodes.size(),
                   [&](std::size_t i) { create(boot::early_pod(text, creation_.nodes[i].name, revision)); });
}

void ApiBootstrap::start_first_pod(const json& deployment) {
  const std::string replica_set = create(boot::replica_set_of(deployment.dump())).dump();
  create(boot::early_pod(replica_set, creation_.nodes.front().name, ""));
}

// Only what a create waits for: one pod answers DNS, and kube-proxy makes its service address reachable. With
// every pod more, all of them come later, and their controllers will run by then.
void ApiBootstrap::create_early_pods(const std::vector<json>& workloads) {
  for_each_at_once(workloads.size(), [&](std::size_t i) {
    const std::string kind = workloads[i].value("kind", "");
    const std::string name = workloads[i].at("metadata").at("name");
    if (kind == "DaemonSet" && name == "kube-proxy") {
      start_daemon_pods(workloads[i]);
    } else if (kind == "Deployment" && name == "coredns" && !creation_.spec.networking.disable_default_cni) {
      start_first_pod(workloads[i]);
    }
  });
}

void ApiBootstrap::run(const boot::ClusterObjects& objects) {
  create_all(objects.foundation);
  context_.mark("foundation is there");
  std::vector<json> workloads(objects.workloads.size());
  for_each_at_once(objects.workloads.size(),
                   [&](std::size_t i) { workloads[i] = create(objects.workloads[i]); });
  create_early_pods(workloads);
  context_.mark("first pods are there");
  create_all(objects.records);
  context_.mark("everything of kubeadm's is there");
}

}  // namespace

void await_api(Creation& creation, plan::StepContext& context) {
  kube::wait_for_api(*creation.api, creation.deadline, context.stop());
  ApiBootstrap(creation, context).create_first(creation.objects.priority_classes);
}

void bootstrap_api(Creation& creation, plan::StepContext& context) {
  ApiBootstrap(creation, context).run(creation.objects);
}

}  // namespace ingot::cluster
