// SPDX-License-Identifier: Apache-2.0
#include "cluster/preconditions.hpp"

#include "base/error.hpp"
#include "config/limits.hpp"
#include "node/kernel.hpp"

#include <fmt/format.h>

namespace ingot::cluster {

namespace {

[[noreturn]] void refuse_mode(std::string_view mode, std::string cause) {
  throw base::Error({.code = base::ErrorCode::environment,
                     .message = fmt::format("kube-proxy cannot run in mode '{}' here", mode),
                     .cause = std::move(cause),
                     .remedy = "choose another networking.kubeProxyMode; iptables works everywhere"});
}

}  // namespace

void check_kernel(const Creation& creation) {
  const auto& release = creation.facts.kernel_release;
  const auto mode = creation.spec.networking.kube_proxy_mode;
  if (mode == config::KubeProxyMode::nftables && !node::has_nftables_for_services(release)) {
    refuse_mode("nftables", fmt::format("it needs Linux 5.13 or newer; the engine's kernel is {}", release));
  }
  const bool is_ours = creation.engine_is_local && release == node::kernel_release();
  if (mode == config::KubeProxyMode::ipvs && is_ours && !node::kernel_has_ipvs()) {
    refuse_mode("ipvs", fmt::format("the kernel {} has no IPVS, neither built in nor as a module", release));
  }
}

void check_limits(const Creation& creation, const docker::EngineInfo& engine) {
  base::Failure failure{.code = base::ErrorCode::invalid_input,
                        .message = "the machine cannot give nodes what they are to have"};
  const config::Machine machine{.cpus = engine.cpus, .memory_bytes = engine.memory_bytes};
  for (const auto& node : creation.nodes) {
    for (auto& problem :
         config::problems_of(node.name, node.spec->role, config::limits_of(*node.spec), machine)) {
      failure.problems.push_back(std::move(problem));
    }
  }
  if (!failure.problems.empty()) {
    throw base::Error(std::move(failure));
  }
}

bool can_pin(const Creation& creation, const node::AddressPlan& addresses) {
  return addresses.can_pin() && (!creation.network_wish().needs_ipv6 || addresses.can_pin_ipv6());
}

void observe_network(Creation& creation, const std::stop_token& stop) {
  const auto wish = creation.network_wish();
  node::check_wish(wish);
  auto network = creation.host.find_network(creation.network, stop);
  creation.network_exists = network.has_value();
  if (network) {
    node::check_network(*network, wish);
  } else if (const auto spec =
                 node::next_network(wish, {})) {  // of one that we make we know what it will be like
    network = docker::NetworkInfo{.name = spec->name, .subnets = spec->subnets};
  }
  creation.addresses_pinned = network && can_pin(creation, node::plan_addresses(*network, {}));
}

}  // namespace ingot::cluster
