// SPDX-License-Identifier: Apache-2.0
// From what is there to what is to be done; and everything that stands in the way, at once.
#include "base/error.hpp"
#include "base/text.hpp"
#include "certs/kubeconfigs.hpp"
#include "certs/renewing.hpp"
#include "cluster/api_access.hpp"
#include "cluster/membership.hpp"
#include "node/exchange.hpp"
#include "pki/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::certs {

namespace {

using Problems = std::vector<std::string>;

void refuse_stopped(const std::string& cluster, const std::vector<node::Node>& nodes) {
  for (const auto& node : nodes) {
    if (node.role == node::kLoadBalancerRole || node.state == "running") {
      continue;
    }
    const bool is_paused = node.state == "paused";
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("the certificates of cluster '{}' cannot be renewed", cluster),
                       .cause = fmt::format("'{}' is {}, and what uses them must be seen to be well",
                                            node.name, node.state),
                       .remedy = fmt::format("ingot cluster {} {}{}", is_paused ? "resume" : "start", cluster,
                                             is_paused ? "" : " --no-wait")});
  }
}

// An authority of the cluster with its key; what keeps it from issuing becomes a problem.
void read_authority(Renewing& renewing, const NodeFiles& node, const std::string& name, Problems& problems) {
  const auto certificate = authority_of(node, name);
  const auto key = node.text_of(fmt::format("/etc/kubernetes/pki/{}.key", name));
  if (key.empty()) {
    problems.push_back(
        fmt::format("{}: {}.key is not there: its certificates are issued elsewhere", node.node.name, name));
    return;
  }
  try {
    auto authority = pki::Authority::from_pem(certificate, key, name + ".crt");
    const auto end = pki::validity_of(certificate).not_after;
    if (end <= renewing.now) {
      problems.push_back(
          fmt::format("{}: {} itself expired {}, and everybody would have to trust another one",
                      node.node.name, name, base::day_of(end)));
    }
    renewing.authorities.emplace(name, std::move(authority));
  } catch (const base::Error& error) {
    problems.push_back(fmt::format("{}: {}", node.node.name, error.failure().message));
  }
}

void read_authorities(Renewing& renewing, const NodeFiles& node, Problems& problems) {
  for (const auto* name : {"ca", "front-proxy-ca", "etcd/ca"}) {
    const auto places = places_in(node);
    if (std::ranges::find(places, name, &Place::authority) != places.end()) {
      read_authority(renewing, node, name, problems);
    }
  }
}

bool is_good(const Certificate& found) {
  return found.state == State::valid || found.state == State::expiring;
}

// Why it is to be renewed; empty: it is as good as a new one. What was issued a moment ago ends a moment
// before a new one, so that a second run finds nothing to do.
std::string cause_of(const Renewing& renewing, const Certificate& found) {
  if (!is_good(found)) {
    return found.detail;
  }
  const auto wanted = renewing.end_of(found.authority);
  const auto tolerance =
      std::min<std::chrono::seconds>(std::chrono::days(1), renewing.request.lifetime / 100);
  if (std::chrono::abs(wanted - *found.not_after) > tolerance) {
    return fmt::format("it ends {} and may last until {}", base::day_of(*found.not_after),
                       base::day_of(wanted));
  }
  return renewing.request.force ? "a new key was asked for" : "";
}

// A successor is made of what the old one says.
std::string problem_of(const Renewing& renewing, const Place& place, const NodeFiles& node) {
  try {
    if (pki::details_of(place.certificate).is_authority) {
      return fmt::format("{}: {} is an authority's", node.node.name, place.path);
    }
  } catch (const base::Error&) {
    return fmt::format("{}: {} is no certificate", node.node.name, place.path);
  }
  const auto authority = renewing.authorities.find(place.authority);
  if (authority != renewing.authorities.end() &&
      authority->second.certificate() != authority_of(node, place.authority) &&
      pki::ca_hash(authority->second.certificate()) != pki::ca_hash(authority_of(node, place.authority))) {
    return fmt::format("{}: its {} is not that of the other nodes", node.node.name, place.authority);
  }
  return "";
}

// As it is when nothing changes it any more: what a killed run began in a node comes to its end there.
NodeFiles read_settled(node::Host& host, const node::Node& node, const std::stop_token& stop) {
  auto files = read_node(host, node, stop);
  if (files.files.contains(std::string(node::kExchangeMarker))) {
    static_cast<void>(host.run(node.id, node::settle_command(), "", stop));
    files = read_node(host, node, stop);
  }
  return files;
}

RenewingNode look_at(Renewing& renewing, NodeFiles files, Problems& problems) {
  RenewingNode node{.files = std::move(files)};
  node.is_unfinished = node.files.files.contains(std::string(node::kExchangeMarker));
  for (auto& place : places_in(node.files)) {
    if (place.is_authority || place.purpose.empty()) {
      continue;
    }
    const auto found = examine(place, node.files, renewing.now);
    auto cause = cause_of(renewing, found);
    if (cause.empty()) {
      continue;
    }
    if (auto problem = problem_of(renewing, place, node.files); !problem.empty()) {
      problems.push_back(std::move(problem));
      continue;
    }
    renewing.is_down =
        renewing.is_down || (!is_good(found) && place.form == Form::pair && !place.authority.empty());
    node.renewals.push_back({.place = std::move(place), .cause = std::move(cause)});
  }
  return node;
}

void look_at_kubeconfigs(Renewing& renewing) {
  const auto& first = renewing.nodes.front();
  const bool is_admin_new = std::ranges::any_of(
      first.renewals, [](const Renewal& renewal) { return renewal.place.name == "admin.conf"; });
  for (auto& place : kubeconfig_places(first.files, renewing.request.kubeconfig)) {
    if (is_admin_new || !cause_of(renewing, examine(place, first.files, renewing.now)).empty()) {
      renewing.kubeconfigs.push_back(std::move(place));
    }
  }
}

// Control planes first, the one that tells how things are before all others.
std::vector<node::Node> in_order(std::vector<node::Node> nodes, const std::string& first) {
  std::erase_if(nodes, [](const node::Node& node) { return node.role == node::kLoadBalancerRole; });
  std::ranges::sort(nodes, {}, [&](const node::Node& node) {
    return std::tuple(node.name != first, node.role != node::kControlPlaneRole, node.name);
  });
  return nodes;
}

}  // namespace

Time Renewing::end_of(const std::string& authority) const {
  const auto end = now + request.lifetime;
  const auto found = authorities.find(authority);
  return found == authorities.end() ? end
                                    : std::min(end, pki::validity_of(found->second.certificate()).not_after);
}

bool Renewing::is_cut() const {
  return std::ranges::any_of(
      authorities, [&](const auto& authority) { return end_of(authority.first) < now + request.lifetime; });
}

Renewing observe(node::Host& host, const RenewRequest& request, const std::stop_token& stop) {
  Renewing renewing{.host = host,
                    .request = request,
                    .deadline = base::Clock::now() + request.timeout,
                    .now = std::chrono::system_clock::now()};
  const auto nodes = cluster::require_nodes(host, request.cluster, stop);
  const auto* first = cluster::first_control_plane(nodes);
  if (first == nullptr) {
    throw base::Error(base::ErrorCode::not_found,
                      fmt::format("cluster '{}' has no control plane", request.cluster));
  }
  refuse_stopped(request.cluster, nodes);
  renewing.entrance = cluster::entrance_of(nodes)->name;
  Problems problems;
  for (const auto& node : in_order(nodes, first->name)) {
    auto files = read_settled(host, node, stop);
    if (renewing.nodes.empty()) {
      read_authorities(renewing, files, problems);
    }
    renewing.nodes.push_back(look_at(renewing, std::move(files), problems));
  }
  if (!problems.empty()) {
    throw base::Error(
        {.code = base::ErrorCode::unsupported,
         .message = fmt::format("the certificates of cluster '{}' cannot be renewed", request.cluster),
         .problems = std::move(problems)});
  }
  look_at_kubeconfigs(renewing);
  return renewing;
}

}  // namespace ingot::certs
