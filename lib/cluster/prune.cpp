// SPDX-License-Identifier: Apache-2.0
#include "cluster/prune.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"
#include "cluster/creation.hpp"
#include "cluster/kubeconfig_files.hpp"
#include "kube/probe.hpp"
#include "node/snapshot_volumes.hpp"
#include "node/throw_away.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace ingot::cluster {

namespace {

using Clock = std::chrono::system_clock;

// A create makes all its containers within this; one that came later was added to a finished cluster.
constexpr std::chrono::minutes kLongestCreate{10};

class Search {
 public:
  Search(node::Host& host, const PruneOptions& options, const std::stop_token& stop)
      : host_(host), stop_(stop), oldest_work_(Clock::now() - options.older_than) {}

  std::vector<Remnant> take() { return std::move(found_); }

  void nodes(const std::vector<node::Node>& all) {
    std::map<std::string, std::vector<node::Node>> clusters;
    for (const auto& node : all) {
      clusters[node.cluster].push_back(node);
    }
    for (const auto& [name, nodes] : clusters) {
      const auto reason = why_dangling(name, nodes);
      for (const auto& node : nodes) {
        if (!reason.empty()) {
          add("node", node.name, node.id, reason);
        }
      }
    }
  }

  void throw_aways() {
    for (const auto& container :
         host_.engine().list_containers({std::string(node::kThrowAwayLabel)}, stop_)) {
      if (is_old(Clock::from_time_t(container.created))) {
        add("container", container.name, container.id, "the ingot that it worked for has ended");
      }
    }
  }

  void networks() {
    std::set<std::string> used;  // also by stopped containers, which engines do not count
    for (const auto& container : host_.engine().list_containers({}, stop_)) {
      for (const auto& [network, address] : container.addresses) {
        used.insert(network);
      }
    }
    for (const auto& network : host_.engine().list_networks(stop_)) {
      const auto created = base::parse_rfc3339(network.created);
      if (network.labels.contains(std::string(node::kNetworkLabel)) && !used.contains(network.name) &&
          created && is_old(*created)) {
        add("network", network.name, network.id, "ingot made it, and no container is on it");
      }
    }
  }

  // Whoever is at work on some has a container that uses them.
  void snapshot_files() {
    std::set<std::string> used;
    for (const auto& container :
         host_.engine().list_containers({std::string(node::kThrowAwayLabel)}, stop_)) {
      const auto info =
          is_old(Clock::from_time_t(container.created)) ? std::nullopt : host_.inspect(container.id, stop_);
      for (const auto& mount : info ? info->mounts : std::vector<docker::Mount>()) {
        used.insert(mount.source);
      }
    }
    for (const auto& volume : node::unlisted_snapshot_files(host_.engine(), stop_)) {
      const auto created = base::parse_rfc3339(volume.created);
      if (created && is_old(*created) && !used.contains(volume.name)) {
        add("volume", volume.name, volume.name, "files of a snapshot that was never finished");
      }
    }
  }

  void contexts(const std::vector<node::Node>& nodes, const std::vector<std::string>& files) {
    std::set<std::string> known;
    for (const auto& node : nodes) {
      if (std::ranges::find(found_, node.id, &Remnant::id) == found_.end()) {
        known.insert(kubeconfig::entry_name(node.cluster));
      }
    }
    for (const auto& [name, server] : kubeconfig::servers_in(files, kubeconfig::entry_name(""))) {
      if (!known.contains(name) && is_here(server) && !kube::may_listen(server)) {
        add("context", name, "", fmt::format("its cluster is gone, nobody listens at {}", server));
      }
    }
  }

 private:
  [[nodiscard]] bool is_old(Clock::time_point created) const { return created <= oldest_work_; }

  // Empty: it is needed, or may be.
  std::string why_dangling(const std::string& name, const std::vector<node::Node>& nodes) {
    const auto [oldest, newest] = std::ranges::minmax(nodes, {}, &node::Node::created);
    if (!is_old(Clock::from_time_t(newest.created))) {
      return {};
    }
    if (std::ranges::find(nodes, node::kControlPlaneRole, &node::Node::role) == nodes.end()) {
      return fmt::format("cluster '{}' has no control plane", name);
    }
    const bool was_changed_later =
        std::chrono::seconds(newest.created - oldest.created) > kLongestCreate;  // so it had been finished
    return was_changed_later || is_finished(nodes)
               ? ""
               : fmt::format("an interrupted create left cluster '{}' unfinished", name);
  }

  // What others made has no mark.
  bool is_finished(const std::vector<node::Node>& nodes) {
    return std::ranges::any_of(nodes, [&](const node::Node& node) {
      return node.role == node::kControlPlaneRole &&
             (!node.labels.contains(std::string(node::kVersionLabel)) ||
              host_.read_file(node.id, std::string(kCompleteFile), stop_));
    });
  }

  static bool is_here(const std::string& server) {
    return server.starts_with("https://127.") || server.starts_with("https://localhost:") ||
           server.starts_with("https://[::1]:");
  }

  void add(std::string type, std::string name, std::string id, std::string reason) {
    found_.push_back({std::move(type), std::move(name), std::move(id), std::move(reason)});
  }

  node::Host& host_;
  const std::stop_token& stop_;
  Clock::time_point oldest_work_;
  std::vector<Remnant> found_;
};

void remove(node::Host& host, const Remnant& remnant, const PruneOptions& options,
            const std::stop_token& stop) {
  if (remnant.type == "network") {
    host.engine().remove_network(remnant.id, stop);
  } else if (remnant.type == "volume") {
    host.engine().remove_volume(remnant.id, stop);
  } else if (remnant.type == "context") {
    kubeconfig::remove(kubeconfig_search_path(options.kubeconfig), remnant.name, stop);
  } else {
    host.remove(remnant.id, stop);
  }
}

// Containers before the networks that they are on, and the volumes that they use.
plan::Plan plan_prune(node::Host& host, const std::vector<Remnant>& remnants, const PruneOptions& options,
                      std::mutex& mutex, std::vector<Remnant>& removed) {
  plan::Plan plan;
  std::vector<std::string> containers;
  for (const auto& remnant : remnants) {
    const auto id = fmt::format("{}/{}/{}", remnant.type, remnant.name, remnant.id.substr(0, 12));
    plan.add({.id = id,
              .title = fmt::format("remove {} {}", remnant.type, remnant.name),
              .cause = remnant.reason,
              .needs = remnant.type == "network" || remnant.type == "volume" ? containers
                                                                             : std::vector<std::string>(),
              .run = [&, remnant](plan::StepContext& context) {
                remove(host, remnant, options, context.stop());
                const std::scoped_lock lock(mutex);
                removed.push_back(remnant);
              }});
    if (remnant.type == "node" || remnant.type == "container") {
      containers.push_back(id);
    }
  }
  return plan;
}

}  // namespace

std::vector<Remnant> find_remnants(node::Host& host, const PruneOptions& options, bool engine_is_local,
                                   const std::stop_token& stop) {
  const auto nodes = host.nodes("", stop);
  Search search(host, options, stop);
  search.nodes(nodes);
  search.throw_aways();
  search.networks();
  search.snapshot_files();
  if (engine_is_local) {  // the entries of another machine's clusters do not say whose they are
    search.contexts(nodes, kubeconfig_search_path(options.kubeconfig));
  }
  return search.take();
}

std::vector<Remnant> prune(node::Host& host, const std::vector<Remnant>& chosen, const PruneOptions& options,
                           bool engine_is_local, const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  auto remnants = find_remnants(host, options, engine_is_local, interrupts.stop);
  std::erase_if(remnants,
                [&](const Remnant& remnant) { return std::ranges::find(chosen, remnant) == chosen.end(); });
  std::mutex mutex;
  std::vector<Remnant> removed;
  const auto plan = plan_prune(host, remnants, options, mutex, removed);
  const auto outcome = plan::execute(
      plan, {.verb = "prune", .subject = "engine", .width = 64, .undo_on_failure = false, .keep_going = true},
      {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.failure) {
    throw base::Error(*outcome.failure);
  }
  if (outcome.end != plan::Outcome::End::done && limit.has_passed()) {
    throw base::Error({.code = base::ErrorCode::timed_out,
                       .message = "not everything could be removed in time",
                       .remedy = "ingot prune"});
  }
  if (outcome.end != plan::Outcome::End::done) {
    throw base::Cancelled("what is left can be removed by the same command", "ingot prune");
  }
  std::ranges::sort(removed, {}, [](const Remnant& one) { return std::pair(one.type, one.name); });
  return removed;
}

}  // namespace ingot::cluster
