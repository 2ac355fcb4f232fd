// SPDX-License-Identifier: Apache-2.0
#include "attach/attach.hpp"
#include "attach/changing.hpp"
#include "attach/distribution.hpp"
#include "attach/lock.hpp"
#include "attach/reserve.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"

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

// By device, but this one's and those who may share.
std::map<std::string, std::vector<std::string>> others(node::Host& host, const std::string& name,
                                                       const Request& request, const std::stop_token& stop) {
  auto nodes = holders(all_targets(host, stop));
  for (auto& [device, names] : nodes) {
    std::erase_if(names, [&](const std::string& one) {
      return one == name || std::ranges::count(request.sharers, one) > 0;
    });
  }
  std::erase_if(nodes, [](const auto& entry) { return entry.second.empty(); });
  return nodes;
}

void refuse_busy(const std::map<std::string, std::vector<std::string>>& others, const Target& target,
                 const std::vector<std::string>& devices) {
  base::Failure failure{.code = base::ErrorCode::invalid_input,
                        .message = fmt::format("devices cannot be given to '{}'", target.container.name),
                        .remedy = "ingot gpu detach there, or --force for several nodes to have them"};
  for (const auto& device : devices) {
    if (const auto found = others.find(device); found != others.end()) {
      failure.problems.push_back(fmt::format("{} is given to {}", device, base::join(found->second, ", ")));
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

// Those of the request, or as many that nobody has.
std::vector<std::string> choose_free(const gpu::Catalogue& catalogue, const Request& request,
                                     const std::string& name,
                                     const std::map<std::string, std::vector<std::string>>& taken) {
  auto devices = gpu::choose(catalogue, request.devices);
  const bool are_free =
      std::ranges::none_of(devices, [&](const std::string& device) { return taken.contains(device); });
  if (are_free || !request.any_will_do) {
    return devices;
  }
  const Wish wish{.node = name, .count = static_cast<int>(devices.size())};
  return distribute(catalogue, taken, {wish}).front().devices;
}

void wish_to_attach(Changing& changing, const gpu::Roots& roots, const Request& request,
                    const std::stop_token& stop) {
  refuse_offering(changing.target, request.offering);
  const auto catalogue = gpu::take_stock(roots, stop);
  const auto& name = changing.target.container.name;
  const auto taken = changing.options.force ? std::map<std::string, std::vector<std::string>>()
                                            : others(changing.host, name, request, stop);
  std::vector<std::string> kinds;
  for (const auto& device : choose_free(catalogue, request, name, taken)) {
    if (std::ranges::find(kinds, kind_of(device)) == kinds.end()) {
      kinds.push_back(kind_of(device));
    }
    if (!has(changing.target, device)) {
      changing.coming.push_back(device);
      changing.wish.grants.push_back(gpu::grant_for(catalogue, device));
    }
  }
  refuse_busy(taken, changing.target, changing.coming);
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

// What an attach takes is its own before anything is asked of the kernel.
std::unique_ptr<Changing> observe_and_take(node::Host& host, const gpu::Roots& roots, const Request& request,
                                           const Options& options, const std::stop_token& stop) {
  std::unique_ptr<Changing> changing;
  const auto choose = [&] {
    changing = std::make_unique<Changing>(observe(host, roots, request, options, stop));
    return Taking{.name = changing->target.container.name,
                  .id = changing->target.container.id,
                  .before = changing->target.has,
                  .after = changing->wish,
                  .coming = options.force ? std::vector<std::string>() : changing->coming,
                  .sharers = request.sharers};
  };
  take(host, choose, stop);
  return changing;
}

// Whatever became of it: what it did not get is not its own.
void give_up(Changing& changing, const std::stop_token& abandon) {
  if (changing.coming.empty()) {
    return;
  }
  try {
    device::record(changing.host, changing.target.container.id, changing.target.has, abandon);
  } catch (const base::Error&) {      // NOLINT(bugprone-empty-catch): the change's own failure says more
  } catch (const base::Cancelled&) {  // NOLINT(bugprone-empty-catch): whoever abandons it wants no more
  }
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
  const auto changing = observe_and_take(host, roots, request, options, interrupts.stop);
  const auto plan = make_plan(*changing);
  const auto subject = changing->target.subject();
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  const auto outcome = plan::execute(plan, {.verb = to_text(request.verb), .subject = subject},
                                     {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.end != plan::Outcome::End::done) {
    give_up(*changing, interrupts.abandon);
    tell_failure(outcome, request, limit.has_passed());
  }
  return {.verb = request.verb,
          .node = request.node,
          .subject = subject,
          .changed = all_changed(*changing),
          .devices = names_of(changing->wish.grants),
          .own_plugin = changing->wish.tells_kubelet,
          .changed_plugin = changing->changes_plugin(),
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
