// SPDX-License-Identifier: Apache-2.0
#include "node/host.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "node/thaw.hpp"
#include "node/throw_away.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>
#include <utility>

namespace ingot::node {

namespace {

using docker::label_of;

// As they are shown while it does not run: "172.18.128.2", in clusters with IPv6 the other one behind a
// comma.
std::string pinned_addresses(const docker::Labels& labels) {
  const auto ipv6 = label_of(labels, kIpv6AddressLabel);
  return label_of(labels, kAddressLabel) + (ipv6.empty() ? "" : "," + ipv6);
}

Node to_node(const docker::ContainerSummary& container) {
  Node node{.id = container.id,
            .name = container.name,
            .cluster = label_of(container.labels, kClusterLabel),
            .role = label_of(container.labels, kRoleLabel),
            .image = container.image,
            .state = container.state,
            .address = pinned_addresses(container.labels),
            .created = container.created,
            .labels = container.labels};
  for (const auto& [network, address] : container.addresses) {
    if (!address.empty()) {
      node.address = address;
    }
  }
  return node;
}

// What an engine's refusals to make a network have taught.
struct Lessons {
  std::vector<docker::NetworkInfo> networks;
  std::set<std::string> refused = {};
  bool with_ipv6 = true;
};

bool must_have_ipv6(const NetworkWish& wish) {
  return wish.needs_ipv6 || std::ranges::any_of(wish.subnets, base::is_ipv6);
}

// Throws `error` on where nothing else can be tried.
void learn(const base::Error& error, const NetworkWish& wish, const docker::NetworkSpec& spec,
           Lessons& lessons) {
  const auto& cause = error.failure().cause;
  if (is_overlap(cause)) {
    for (const auto& subnet :
         spec.subnets) {  // a network made meanwhile has it, or something engines do not list
      lessons.refused.insert(subnet.subnet);
    }
  } else if (!is_without_ipv6(cause)) {
    throw base::Error(error.failure());
  } else if (must_have_ipv6(wish)) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = "the engine cannot make a network with IPv6",
                       .cause = cause,
                       .remedy = "let the engine's machine have IPv6 and ip6tables, or use ipFamily ipv4"});
  } else {
    lessons.with_ipv6 = false;
  }
}

}  // namespace

std::vector<docker::NetworkInfo> Host::networks_named(const std::string& name, const std::stop_token& stop) {
  std::vector<docker::NetworkInfo> networks;
  for (const auto& listed : engine_.list_networks(stop)) {
    if (listed.name == name) {
      if (auto network = engine_.inspect_network(listed.id, stop)) {  // else it was removed meanwhile
        networks.push_back(std::move(*network));
      }
    }
  }
  return networks;
}

std::optional<docker::NetworkInfo> Host::find_network(const std::string& name, const std::stop_token& stop) {
  try {
    return engine_.inspect_network(name, stop);
  } catch (const base::Error& error) {
    if (error.failure().cause.find("is ambiguous") == std::string::npos) {
      throw;
    }
  }
  const auto networks = networks_named(name, stop);
  return networks.empty() ? std::nullopt : std::optional(network_to_keep(networks));
}

void Host::make_network(const NetworkWish& wish, const std::stop_token& stop) {
  constexpr int kMostTries = 40;  // more than there are subnets to try
  Lessons lessons{.networks = engine_.list_networks(stop)};
  for (int i = 0; i < kMostTries; ++i) {
    const auto spec = next_network(wish, lessons.networks, lessons.refused, lessons.with_ipv6);
    if (!spec) {
      return;
    }
    try {
      engine_.create_network(*spec, stop);
      return;
    } catch (const base::Error& error) {
      if (!is_overlap(error.failure().cause) && !is_without_ipv6(error.failure().cause) &&
          error.code() == base::ErrorCode::already_exists) {
        return;  // another create was faster
      }
      learn(error, wish, *spec, lessons);
      lessons.networks = engine_.list_networks(stop);
    }
  }
}

void Host::remove_duplicates(const std::string& name, const std::stop_token& stop) {
  const auto networks = networks_named(name, stop);
  for (const auto& network : networks) {
    if (network.id != network_to_keep(networks).id) {
      engine_.remove_network(network.id, stop);
    }
  }
}

AddressPlan Host::ensure_network(const NetworkWish& wish, const std::stop_token& stop) {
  auto existing = find_network(wish.name, stop);
  if (!existing) {
    make_network(wish, stop);
    remove_duplicates(wish.name, stop);  // engines older than API 1.44 may let two at once make one each
    existing = find_network(wish.name, stop);
  }
  if (!existing) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = fmt::format("there is no free subnet for the network '{}'", wish.name),
                       .remedy = "docker network prune"});
  }
  check_network(*existing, wish);
  std::vector<std::string> pinned;
  // Not nodes alone are on it.
  for (const auto& container : engine_.list_containers({std::string(kAddressLabel)}, stop)) {
    pinned.push_back(label_of(container.labels, kAddressLabel));
  }
  return plan_addresses(*existing, pinned);
}

std::vector<Node> Host::nodes(const std::string& cluster, const std::stop_token& stop) {
  const std::string filter =
      cluster.empty() ? std::string(kClusterLabel) : fmt::format("{}={}", kClusterLabel, cluster);
  std::vector<Node> nodes;
  for (const auto& container : engine_.list_containers({filter}, stop)) {
    nodes.push_back(to_node(container));
  }
  std::ranges::sort(nodes, {}, &Node::name);
  return nodes;
}

std::optional<docker::ContainerInfo> Host::inspect(const std::string& node, const std::stop_token& stop) {
  return engine_.inspect_container(node, stop);
}

std::string Host::create(const NodeSpec& spec, const EngineFacts& facts, const std::stop_token& stop) {
  return engine_.create_container(spec.name, to_container_spec(spec, facts), stop);
}

void Host::stop(const std::string& id, std::chrono::seconds limit, const std::stop_token& stop) {
  const std::jthread thawing(
      [&](const std::stop_token& stopped) { thaw_what_does_not_end(engine_, id, limit, stopped); });
  engine_.stop_container(id, limit, stop);
  // Docker answers before it has noted that the container ended; whoever looks then, sees it run. Its answer
  // to an inspection waits for the note.
  engine_.wait_container(id, stop);
  static_cast<void>(engine_.inspect_container(id, stop));
}

namespace {

// The engine refuses what is so already; whoever asks twice, or with somebody else, has what they want.
template <typename Ask>
void ask_for_state(docker::Engine& engine, const std::string& id, std::string_view wanted,
                   const std::stop_token& stop, Ask&& ask) {
  try {
    ask();
  } catch (const base::Error&) {
    const auto info = engine.inspect_container(id, stop);
    if (!info || info->state != wanted) {
      throw;
    }
  }
}

}  // namespace

void Host::pause(const std::string& id, const std::stop_token& stop) {
  ask_for_state(engine_, id, "paused", stop, [&] { engine_.pause_container(id, stop); });
}

void Host::resume(const std::string& id, const std::stop_token& stop) {
  ask_for_state(engine_, id, "running", stop, [&] { engine_.unpause_container(id, stop); });
}

bool Host::remove(const std::string& id_or_name, const std::stop_token& stop) {
  const std::jthread thawing(
      [&](const std::stop_token& removed) { thaw_what_does_not_end(engine_, id_or_name, {}, removed); });
  return engine_.remove_container(id_or_name, stop);
}

std::optional<std::string> Host::read_file(const std::string& id, const std::string& path,
                                           const std::stop_token& stop) {
  try {
    const auto files = tar::unpack(engine_.get_archive(id, path, stop));
    if (files.size() == 1) {
      return files.begin()->second;
    }
    return std::nullopt;
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::not_found) {
      return std::nullopt;
    }
    throw;
  }
}

CommandResult Host::run(const std::string& id, const std::vector<std::string>& command,
                        const std::string& input, const std::stop_token& stop) {
  CommandResult result;
  const auto collect = [&](std::string_view bytes) { result.output += bytes; };
  docker::ExecStreams streams{.out = collect, .err = collect};
  if (!input.empty()) {
    bool sent = false;
    streams.input = [&input, sent](const std::stop_token&) mutable {
      return std::exchange(sent, true) ? std::string() : input;
    };
  }
  result.exit_code = engine_.exec(id, {.command = command, .privileged = true}, streams, stop);
  return result;
}

void Host::wait_for_console(const std::string& id, const std::vector<std::string>& words,
                            base::Clock::time_point deadline, const std::stop_token& stop) {
  bool seen = false;
  std::string tail;
  const base::TimeLimit limit(
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - base::Clock::now()), stop);
  try {
    engine_.container_logs(
        id, true,
        [&](std::string_view bytes) {
          tail += bytes;
          seen = std::ranges::any_of(words,
                                     [&](const std::string& word) { return tail.find(word) != tail.npos; });
          return !seen;
        },
        limit.token());
  } catch (const base::Cancelled&) {
    base::check_stop(stop);
    throw base::Error({.code = base::ErrorCode::timed_out,
                       .message = "timed out waiting for the node's init system",
                       .detail = tail});
  }
  if (!seen) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = "the node stopped while it started",
                       .detail = tail});
  }
}

std::string Host::console(const std::string& id, const std::stop_token& stop) {
  std::string text;
  engine_.container_logs(
      id, false,
      [&](std::string_view bytes) {
        text += bytes;
        return text.size() < (1U << 20U);
      },
      stop);
  return text;
}

void Host::pull(const std::string& image,
                const std::function<void(std::int64_t current, std::int64_t total)>& progress,
                const std::stop_token& stop) {
  std::map<std::string, docker::PullProgress> layers;
  engine_.pull_image(
      image,
      [&](const docker::PullProgress& one) {
        layers[one.layer] = one;
        std::int64_t current = 0;
        std::int64_t total = 0;
        for (const auto& [id, layer] : layers) {
          current += layer.current;
          total += layer.total;
        }
        progress(current, total);
      },
      stop);
}

std::string Host::run_once(const Errand& errand, const std::stop_token& stop) {
  const ThrowAway container(engine_,
                            {.image = errand.image,
                             .hostname = errand.hostname,
                             .entrypoint = {"/bin/sh", "-c", errand.script},
                             .network_disabled = true},
                            stop);
  const auto& id = container.id();
  engine_.put_archive(id, "/", errand.input, stop);
  engine_.start_container(id, stop);
  if (const int code = engine_.wait_container(id, stop); code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("a command in the image '{}' failed", errand.image),
                       .cause = fmt::format("exit code {}", code),
                       .detail = console(id, stop)});
  }
  return engine_.get_archive(id, errand.output_path, stop);
}

}  // namespace ingot::node
