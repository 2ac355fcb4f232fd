// SPDX-License-Identifier: Apache-2.0
#include "node/host.hpp"

#include "base/error.hpp"
#include "node/thaw.hpp"
#include "node/throw_away.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace ingot::node {

namespace {

std::string label_of(const docker::Labels& labels, std::string_view name) {
  const auto found = labels.find(std::string(name));
  return found == labels.end() ? std::string() : found->second;
}

// "Pool overlaps with other one on this address space": somebody outside Docker's list uses the subnet.
bool is_overlap(const base::Error& error) {
  return error.failure().cause.find("overlap") != std::string::npos;
}

Node to_node(const docker::ContainerSummary& container) {
  Node node{.id = container.id,
            .name = container.name,
            .cluster = label_of(container.labels, kClusterLabel),
            .role = label_of(container.labels, kRoleLabel),
            .image = container.image,
            .state = container.state,
            .address = label_of(container.labels, kAddressLabel),
            .created = container.created,
            .labels = container.labels};
  for (const auto& [network, address] : container.addresses) {
    if (!address.empty()) {
      node.address = address;
    }
  }
  return node;
}

}  // namespace

AddressPlan Host::ensure_network(const std::string& network, const std::stop_token& stop) {
  auto existing = engine_.inspect_network(network, stop);
  if (!existing) {
    for (const auto& candidate : network_candidates(network, engine_.list_networks(stop))) {
      try {
        engine_.create_network(candidate, stop);
        break;
      } catch (const base::Error& error) {
        if (error.code() == base::ErrorCode::already_exists) {
          break;  // another create was faster
        }
        if (!is_overlap(error)) {
          throw;
        }
      }
    }
    existing = engine_.inspect_network(network, stop);
  }
  if (!existing) {
    throw base::Error(base::ErrorCode::environment,
                      fmt::format("there is no free subnet for the network '{}'", network));
  }
  std::vector<std::string> pinned;
  for (const auto& node : nodes("", stop)) {
    pinned.push_back(label_of(node.labels, kAddressLabel));
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

bool Host::remove(const std::string& id_or_name, const std::stop_token& stop) {
  const std::jthread thawing(
      [&](const std::stop_token& removed) { thaw_what_does_not_end(engine_, id_or_name, removed); });
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

std::string Host::run_once(const Errand& errand, const std::stop_token& stop) {
  const ThrowAway container(
      engine_,
      {.image = errand.image, .hostname = errand.hostname, .entrypoint = {"/bin/sh", "-c", errand.script}},
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
