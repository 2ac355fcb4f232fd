// SPDX-License-Identifier: Apache-2.0
// A snapshot under another name: files are written anew before anything starts, objects while the API server
// is alone with etcd.
#include "base/error.hpp"
#include "cluster/api_access.hpp"
#include "kube/wait.hpp"
#include "node/throw_away.hpp"
#include "snapshot/etcd_identity.hpp"
#include "snapshot/helper.hpp"
#include "snapshot/identity.hpp"
#include "snapshot/restoring.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::snapshot {

namespace {

// The load balancer's, or that of the only control plane.
const PlannedNode& entrance_of(const Restoring& restoring) {
  const auto found =
      std::ranges::find(restoring.nodes, node::kLoadBalancerRole,
                        [](const PlannedNode& one) -> const std::string& { return one.saved->role; });
  return found == restoring.nodes.end() ? restoring.nodes.front() : *found;
}

// Before anything starts: files with names, addresses and certificates.
void rename_files(Restoring& restoring, const std::stop_token& stop) {
  for (const auto& node : restoring.nodes) {
    const auto old = old_addresses(restoring.host, node.id, node.saved->pinned, stop);
    restoring.renaming.add(node.saved->name, node.name);
    restoring.renaming.add(old.ipv4, node.pinned.ipv4);
    if (!node.pinned.ipv6.empty()) {
      restoring.renaming.add(old.ipv6, node.pinned.ipv6);
    }
  }
  const auto provider = [](const std::string& cluster) { return "kind://docker/" + cluster; };
  restoring.renaming.add(provider(restoring.stored.manifest.cluster), provider(restoring.cluster));
  for (const auto& node : restoring.nodes) {
    rewrite_files(restoring.host,
                  {.id = node.id,
                   .name = node.name,
                   .role = node.saved->role,
                   .addresses = node.pinned,
                   .entrance = entrance_of(restoring).name},
                  restoring.nodes.front().id, restoring.renaming, stop);
  }
}

// See etcd_identity.hpp.
void move_etcd(Restoring& restoring, const std::stop_token& stop) {
  auto spec = helper(restoring.nodes.front().image, restoring.cluster, "", "", false);
  std::vector<EtcdFiles> control_planes;
  for (std::size_t i = 0; i < restoring.nodes.size() && restoring.nodes[i].is_control_plane(); ++i) {
    const bool has_volume = restoring.nodes[i].saved->has_volume;
    mount_areas(spec, require_container(restoring, restoring.nodes[i], stop), i, has_volume, false);
    const auto folder = fmt::format("{}/{}", kNodesFolder, i);
    control_planes.push_back(
        {.root = folder + "/upper", .data = folder + (has_volume ? "/var/lib/etcd" : "/upper/var/lib/etcd")});
  }
  spec.entrypoint = {"/bin/sh", "-c", etcd_script(control_planes)};
  const node::ThrowAway worker(restoring.host.engine(), spec, stop);
  restoring.host.start(worker.id(), stop);
  if (restoring.host.engine().wait_container(worker.id(), stop) != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = "etcd could not be given its new addresses",
                       .detail = restoring.host.console(worker.id(), stop)});
  }
}

// Several members of etcd are of use together only.
void start_api(Restoring& restoring, const std::stop_token& stop) {
  for (auto& node : restoring.nodes) {
    if (node.is_control_plane()) {
      node.ports.held.clear();
      restoring.host.start(node.id, stop);
    }
  }
  const auto& first = restoring.nodes.front().name;
  restoring.api = cluster::admin_api(restoring.host, first, first, first, stop);
  kube::wait_for_api(*restoring.api, restoring.deadline, stop,
                     "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases");
}

// The one that was saved may well be running: nothing of this one may be led there.
void wait_until_alone(Restoring& restoring, const std::stop_token& stop) {
  const auto is_own = [&](const std::string& address) {
    return std::ranges::any_of(restoring.nodes, [&](const PlannedNode& node) {
      return address == node.pinned.ipv4 || address == node.pinned.ipv6;
    });
  };
  const auto is_alone = [&](const nlohmann::json& endpoints, std::string& seen) {
    seen = "the API's service still leads to the cluster that was saved";
    std::size_t own = 0;
    std::size_t others = 0;
    for (const auto& subset : endpoints.value("subsets", nlohmann::json::array())) {
      for (const auto& one : subset.value("addresses", nlohmann::json::array())) {
        ++(is_own(one.value("ip", "")) ? own : others);
      }
    }
    return own > 0 && others == 0;
  };
  kube::waiting_until("the API's service leads to the new cluster", [&] {
    kube::wait_for_object(*restoring.api, "/api/v1/namespaces/default/endpoints/kubernetes", is_alone,
                          restoring.deadline, stop);
  });
}

void release_controllers(Restoring& restoring, const std::stop_token& stop) {
  for (const auto& node : restoring.nodes) {
    if (!node.is_control_plane()) {
      continue;
    }
    const auto moved = restoring.host.run(
        node.id, {"/bin/sh", "-c", "mv /kind/held/*.yaml /etc/kubernetes/manifests/"}, "", stop);
    if (moved.exit_code != 0) {
      throw base::Error({.code = base::ErrorCode::command_failed,
                         .message = fmt::format("the controllers of '{}' could not be started", node.name),
                         .detail = moved.output});
    }
  }
}

}  // namespace

void add_copy_steps(plan::Plan& plan, Restoring& restoring) {
  const auto add = [&](const char* id, const char* title, const char* cause, const char* needs, auto act) {
    plan.add({.id = id,
              .title = title,
              .cause = cause,
              .needs = {needs},
              .run = [&restoring, act](plan::StepContext& context) { act(restoring, context.stop()); }});
  };
  add("files", "write names, addresses and certificates anew", "they are of the cluster that was saved",
      "unpack", rename_files);
  add("etcd", "give etcd's members their new addresses, apart from any network",
      "they would look for those that they were copied from", "files", move_etcd);
  add("api", "start etcd and the API server, without controllers", "objects are mended by it", "etcd",
      start_api);
  add("objects", "give nodes, volumes and settings their new names", "controllers and kubelets go by them",
      "api", [](Restoring& one, const std::stop_token& stop) { mend_objects(*one.api, one.renaming, stop); });
  add("alone", "wait until the API's service leads to this cluster alone",
      "two clusters of the same objects must not meet", "objects", wait_until_alone);
  add("controllers", "let controllers go", "everything has its name", "alone", release_controllers);
}

}  // namespace ingot::snapshot
