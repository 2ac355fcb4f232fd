// SPDX-License-Identifier: Apache-2.0
#include "attach/attach.hpp"
#include "attach/changing.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"
#include "cluster/lock.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::attach {

namespace {

bool has(const Target& target, const std::string& device) {
  const auto& grants = target.has.grants;
  return std::ranges::find(grants, device, &cdi::Grant::device) != grants.end();
}

std::string to_text(Verb verb) {
  return verb == Verb::attach ? "attach" : "detach";
}

void refuse_busy(node::Host& host, const Target& target, const std::vector<std::string>& devices,
                 const std::stop_token& stop) {
  base::Failure failure{.code = base::ErrorCode::invalid_input,
                        .message = fmt::format("devices cannot be given to '{}'", target.container.name),
                        .remedy = "ingot gpu detach there, or --force for several nodes to have them"};
  auto nodes = holders(all_targets(host, stop));
  for (const auto& device : devices) {
    auto& others = nodes[device];
    std::erase(others, target.container.name);
    if (!others.empty()) {
      failure.problems.push_back(fmt::format("{} is given to {}", device, base::join(others, ", ")));
    }
  }
  if (!failure.problems.empty()) {
    throw base::Error(std::move(failure));
  }
}

// All devices of a kind in a node are shared by as many pods, for its kubelet counts them together.
void wish_to_share(Changing& changing, const std::vector<std::string>& kinds,
                   const std::optional<int>& replicas) {
  for (const auto& kind : kinds) {
    const auto& had = changing.target.has.grants;
    const auto first =
        std::ranges::find(had, kind, [](const cdi::Grant& grant) { return kind_of(grant.device); });
    const auto wanted = replicas ? *replicas : first == had.end() ? 1 : first->replicas;
    for (auto& grant : changing.wish.grants) {
      if (kind_of(grant.device) == kind && grant.replicas != wanted) {
        grant.replicas = wanted;
        if (has(changing.target, grant.device)) {
          changing.shared_anew.push_back(grant.device);
        }
      }
    }
  }
}

void refuse_offering(const Target& target, const Offering& offering) {
  if (!target.has_kubelet && (offering.replicas || offering.own_plugin)) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = fmt::format("'{}' offers devices to no pods", target.container.name),
                       .cause = "it has no kubelet, so there are no replicas and no plugin",
                       .remedy = fmt::format("ingot gpu attach {} DEVICE", target.container.name)});
  }
}

void wish_to_attach(Changing& changing, const gpu::Roots& roots, const Request& request,
                    const std::stop_token& stop) {
  refuse_offering(changing.target, request.offering);
  const auto catalogue = gpu::take_stock(roots, stop);
  std::vector<std::string> kinds;
  for (const auto& device : gpu::choose(catalogue, request.devices)) {
    if (std::ranges::find(kinds, kind_of(device)) == kinds.end()) {
      kinds.push_back(kind_of(device));
    }
    if (!has(changing.target, device)) {
      changing.coming.push_back(device);
      changing.wish.grants.push_back(gpu::grant_for(catalogue, device));
    }
  }
  if (!changing.options.force) {
    refuse_busy(changing.host, changing.target, changing.coming, stop);
  }
  wish_to_share(changing, kinds, request.offering.replicas);
  changing.wish.tells_kubelet = request.offering.own_plugin.value_or(changing.wish.tells_kubelet);
  changing.wish.hidden = hidden_by(catalogue, changing.wish.grants);
}

// By the names that the node knows: its machine may have no such device any more.
void wish_to_detach(Changing& changing, const Request& request) {
  const auto& name = changing.target.container.name;
  const auto names = names_of(changing.target.has.grants);
  base::Failure failure{
      .code = base::ErrorCode::invalid_input,
      .message = fmt::format("devices cannot be taken from '{}'", name),
      .cause = names.empty() ? "it has none" : fmt::format("it has {}", base::join(names, ", ")),
      .remedy = "ingot gpu status " + name};
  for (const auto& word : request.devices) {
    std::vector<std::string> meant;
    std::ranges::copy_if(names, std::back_inserter(meant), [&](const std::string& device) {
      return word == "all" || device == word || device.ends_with("=" + word) ||
             word == kind_of(device) + "=all";
    });
    if (meant.empty() && word != "all") {
      failure.problems.push_back(fmt::format("'{}': it has no such device", word));
    }
    for (const auto& device : meant) {
      if (std::ranges::find(changing.going, device) != changing.going.end()) {
        failure.problems.push_back(fmt::format("'{}': {} is named twice", word, device));
      }
      changing.going.push_back(device);
    }
  }
  if (!failure.problems.empty()) {
    throw base::Error(std::move(failure));
  }
  std::erase_if(changing.wish.grants, [&](const cdi::Grant& grant) {
    return std::ranges::find(changing.going, grant.device) != changing.going.end();
  });
  if (changing.wish.grants.empty()) {
    changing.wish.hidden.clear();
  } else {  // or the next start would bring them back
    for (auto& path : nodes_gone(changing.target.has.grants, changing.wish.grants)) {
      changing.wish.hidden.push_back(std::move(path));
    }
  }
}

std::vector<std::string> all_changed(const Changing& changing) {
  auto changed = changing.going.empty() ? changing.coming : changing.going;
  changed.insert(changed.end(), changing.shared_anew.begin(), changing.shared_anew.end());
  return changed;
}

Changing observe(node::Host& host, const gpu::Roots& roots, const Request& request, const Options& options,
                 const std::stop_token& stop) {
  Changing changing{.host = host, .options = options, .target = find_target(host, request.node, stop)};
  changing.wish = changing.target.has;
  if (request.verb == Verb::attach) {
    wish_to_attach(changing, roots, request, stop);
  } else {
    wish_to_detach(changing, request);
  }
  if (changing.changes() && (options.wait || changing.takes_from_users())) {
    changing.api = api_of(host, changing.target, stop);
  }
  return changing;
}

// One change at a time, or the last one would take back what the others gave.
std::unique_ptr<cluster::Lock> lock_changes(node::Host& host, const Target& target, plan::EventSink& sink,
                                            const std::stop_token& stop) {
  if (!target.cluster.empty()) {
    return cluster::lock_nodes(host, target.cluster, sink, stop);
  }
  const auto tell = [&] {
    sink.on({.body = plan::Notice{
                 .text = fmt::format("waiting for another change of '{}'", target.container.name)}});
  };
  return std::make_unique<cluster::Lock>(host, target.container.id, tell, stop);
}

[[noreturn]] void tell_failure(const plan::Outcome& outcome, const Request& request, bool is_out_of_time) {
  const auto message = fmt::format("devices of '{}' could not be changed", request.node);
  if (outcome.failure) {
    base::Failure failure = *outcome.failure;
    if (failure.code != base::ErrorCode::already_exists) {  // that one says it all
      failure.message = fmt::format("{}: {}", message, failure.message);
    }
    throw base::Error(std::move(failure));
  }
  if (is_out_of_time) {
    throw base::Error({.code = base::ErrorCode::timed_out, .message = message + " in time"});
  }
  if (!outcome.left_behind.empty()) {
    throw base::Cancelled(fmt::format("'{}' may not have the devices of before", request.node),
                          "ingot gpu reconcile " + request.node);
  }
  throw base::Cancelled();
}

}  // namespace

Result change(node::Host& host, const gpu::Roots& roots, const Request& request, const Options& options,
              const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const auto lock =
      lock_changes(host, find_target(host, request.node, interrupts.stop), sink, interrupts.stop);
  auto changing = observe(host, roots, request, options, interrupts.stop);
  const auto plan = make_plan(changing);
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  const auto outcome = plan::execute(plan, {.verb = to_text(request.verb), .subject = "node/" + request.node},
                                     {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.end != plan::Outcome::End::done) {
    tell_failure(outcome, request, limit.has_passed());
  }
  return {.verb = request.verb,
          .node = request.node,
          .changed = all_changed(changing),
          .devices = names_of(changing.wish.grants),
          .own_plugin = changing.wish.tells_kubelet,
          .changed_plugin = changing.changes_plugin(),
          .elapsed = outcome.elapsed};
}

std::string plan_text(node::Host& host, const gpu::Roots& roots, const Request& request,
                      const Options& options, const std::stop_token& stop) {
  auto changing = observe(host, roots, request, options, stop);
  if (changing.takes_from_users()) {
    refuse_users(changing, stop);
  }
  return make_plan(changing).to_text();
}

}  // namespace ingot::attach
