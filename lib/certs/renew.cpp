// SPDX-License-Identifier: Apache-2.0
#include "certs/renew.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "certs/renewing.hpp"
#include "cluster/lock.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::certs {

namespace {

// Steps look at the clock themselves and tell what they waited for; only what does not answer is broken off.
constexpr std::chrono::seconds kTimeToTell{5};

[[noreturn]] void tell_failure(const plan::Outcome& outcome, const Renewing& renewing, bool is_out_of_time) {
  const auto& cluster = renewing.request.cluster;
  const auto remedy = "ingot cluster certs renew " + cluster;
  if (outcome.failure) {
    base::Failure failure = *outcome.failure;
    failure.message =
        fmt::format("the certificates of cluster '{}' could not be renewed: {}", cluster, failure.message);
    failure.remedy = failure.remedy.empty() ? remedy : failure.remedy;
    throw base::Error(std::move(failure));
  }
  if (is_out_of_time) {
    throw base::Error(
        {.code = base::ErrorCode::timed_out,
         .message = fmt::format("the certificates of cluster '{}' could not be renewed in time", cluster),
         .remedy = remedy});
  }
  throw base::Cancelled(fmt::format("not all certificates of cluster '{}' are renewed", cluster), remedy);
}

void tell_cut(const Renewing& renewing, const plan::Plan& plan, plan::EventSink& sink) {
  if (plan.empty() || !renewing.is_cut()) {
    return;
  }
  Time end = Time::max();
  for (const auto& [name, authority] : renewing.authorities) {
    end = std::min(end, renewing.end_of(name));
  }
  sink.on({.body = plan::Notice{
               .text = fmt::format("the cluster's authorities end {}, and so do all certificates",
                                   base::day_of(end))}});
}

RenewResult result_of(const Renewing& renewing, std::chrono::milliseconds elapsed) {
  RenewResult result{.cluster = renewing.request.cluster,
                     .kubeconfigs = renewing.written,
                     .is_cut = renewing.is_cut(),
                     .elapsed = elapsed};
  for (const auto& node : renewing.nodes) {
    if (!node.changes()) {
      continue;
    }
    auto& renewed = result.nodes.emplace_back(RenewedNode{.name = node.files.node.name});
    for (const auto& renewal : node.renewals) {
      renewed.renewed.push_back(renewal.place.name);
      const auto end = renewing.end_of(renewal.place.authority);
      result.not_after = std::min(result.not_after.value_or(end), end);
    }
  }
  return result;
}

}  // namespace

RenewResult renew(node::Host& host, const RenewRequest& request, const plan::Interrupts& interrupts,
                  plan::EventSink& sink) {
  const auto lock = cluster::lock_nodes(host, request.cluster, sink, interrupts.stop);
  // What was there before counts no more.
  auto renewing = observe(host, request, interrupts.stop);
  const auto plan = make_plan(renewing);
  tell_cut(renewing, plan, sink);
  const base::TimeLimit limit(request.timeout + kTimeToTell, interrupts.stop);
  const auto outcome = plan::execute(
      plan, {.verb = "renew", .subject = "cluster/" + request.cluster, .width = 64, .undo_on_failure = false},
      {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.end != plan::Outcome::End::done) {
    tell_failure(outcome, renewing, limit.has_passed());
  }
  return result_of(renewing, outcome.elapsed);
}

std::string renew_plan_text(node::Host& host, const RenewRequest& request, const std::stop_token& stop) {
  auto renewing = observe(host, request, stop);
  return make_plan(renewing).to_text();
}

}  // namespace ingot::certs
