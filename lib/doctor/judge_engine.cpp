// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "doctor/judge.hpp"
#include "node/address_plan.hpp"
#include "node/node_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace ingot::doctor {

namespace {

constexpr std::uint64_t kSysResource = std::uint64_t{1} << 24U;  // capabilities(7)

std::string with_cause(const base::Failure& failure) {
  return failure.cause.empty() ? failure.message : fmt::format("{}: {}", failure.message, failure.cause);
}

std::string remedy_of(const base::Failure& failure) {
  return failure.remedy.empty() ? "journalctl -u docker --since -5min" : failure.remedy;
}

int major_version(const std::string& version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

bool lacks_sys_resource(const Facts& facts) {
  return facts.distance == Distance::here && facts.machine.capability_bounds &&
         (*facts.machine.capability_bounds & kSysResource) == 0;
}

Finding judge_unreachable(const Facts& facts) {
  const auto& failure = facts.engine.info.failure;
  Finding finding{"engine", Severity::problem, with_cause(failure), remedy_of(failure)};
  if (failure.code != base::ErrorCode::engine_unreachable) {
    return finding;
  }
  const bool absent = failure.cause == "the socket does not exist";
  const bool stopped = failure.message.ends_with("is not running");
  if (absent || (stopped && !facts.machine.systemd)) {
    finding.remedy = "tools/engine";  // installs Docker where it is missing, and starts it
  } else if (stopped) {
    finding.remedy = "sudo systemctl start docker";
  }
  return finding;
}

Finding judge_version(const Facts& facts, const docker::EngineInfo& info) {
  constexpr int kLastThatWantsAll =
      20;  // it gives a privileged container every capability there is, or fails
  Finding finding{"engine-version", Severity::ok,
                  info.api_version.empty() ? info.server_version
                                           : fmt::format("{}, API {}", info.server_version, info.api_version),
                  ""};
  if (major_version(info.server_version) <= kLastThatWantsAll && lacks_sys_resource(facts)) {
    finding.severity = Severity::problem;
    finding.detail += "; it cannot start privileged containers where CAP_SYS_RESOURCE is missing, as here";
    finding.remedy = "tools/engine";
  }
  return finding;
}

Finding judge_trial(const std::optional<Asked<Trial>>& trial) {
  constexpr auto kCheck = "privileged";
  if (!trial) {
    return {kCheck, Severity::warning, "not tried: there is no node image to try with", "ingot image build"};
  }
  if (!trial->answer) {
    return {kCheck, Severity::problem, with_cause(trial->failure), remedy_of(trial->failure)};
  }
  if (trial->answer->exit_code != 0) {
    return {
        kCheck, Severity::problem,
        fmt::format("a shell in '{}' ended with exit code {}: {}", trial->answer->image,
                    trial->answer->exit_code, trial->answer->output.substr(0, 200)),
        fmt::format("docker run --rm --privileged --entrypoint /bin/sh {} -c true", trial->answer->image)};
  }
  return {kCheck, Severity::ok, fmt::format("'{}' ran in a privileged container", trial->answer->image), ""};
}

Finding judge_cgroup(const docker::EngineInfo& info) {
  Finding finding{"cgroup", Severity::ok,
                  fmt::format("version {}, driver {}", info.cgroup_version, info.cgroup_driver), ""};
  const bool rootless = node::to_facts(info).rootless;
  if (info.cgroup_version == "2" && info.cgroup_driver != "none") {
    return finding;
  }
  finding.remedy = "boot the machine with the kernel parameter systemd.unified_cgroup_hierarchy=1";
  if (info.cgroup_version != "2" && !rootless) {
    finding.severity = Severity::warning;
    finding.detail += "; it works, but Kubernetes is leaving version 1";
    return finding;
  }
  finding.severity = Severity::problem;
  finding.detail += "; a rootless engine can limit nothing there";
  if (info.cgroup_version == "2") {
    finding.remedy =
        "sudo systemctl edit user@.service, with the lines [Service] and Delegate=cpu cpuset io memory pids";
  }
  return finding;
}

Finding judge_storage(const docker::EngineInfo& info) {
  constexpr std::array<std::string_view, 6> kGood = {"overlay2", "overlayfs", "overlay",
                                                     "btrfs",    "zfs",       "fuse-overlayfs"};
  Finding finding{"storage-driver", Severity::ok,
                  info.backing_filesystem.empty()
                      ? info.storage_driver
                      : fmt::format("{} on {}", info.storage_driver, info.backing_filesystem),
                  ""};
  if (std::ranges::find(kGood, info.storage_driver) == kGood.end()) {
    finding.severity = Severity::warning;
    finding.detail +=
        info.storage_driver == "vfs" ? "; every node copies its whole image" : "; slow for nodes";
    finding.remedy = R"(set "storage-driver": "overlay2" in /etc/docker/daemon.json and restart Docker)";
  }
  return finding;
}

std::string subnets_of(const docker::NetworkInfo& network) {
  std::vector<std::string> subnets;
  for (const auto& subnet : network.subnets) {
    subnets.push_back(subnet.subnet);
  }
  return subnets.empty() ? "without a subnet" : base::join(subnets, " and ");
}

Finding judge_network(const Facts& facts) {
  constexpr auto kCheck = "network";
  const auto& networks = facts.engine.networks;
  const auto& name = facts.question.network;
  if (!networks.answer) {
    return {kCheck, Severity::problem, with_cause(networks.failure), remedy_of(networks.failure)};
  }
  for (const auto& network : *networks.answer) {
    if (network.name == name) {
      const bool pins = node::plan_addresses(network, {}).can_pin();
      return {kCheck, Severity::ok,
              fmt::format("'{}' exists, {}; nodes {}{}", name, subnets_of(network),
                          pins ? "keep their addresses" : "get an address at each start",
                          network.ipv6 ? "" : "; no IPv6, so neither ipFamily ipv6 nor dual"),
              ""};
    }
  }
  const auto spec = node::next_network({.name = name}, *networks.answer);
  if (!spec) {
    return {kCheck, Severity::problem,
            fmt::format("the engine's {} networks leave no subnet for '{}'", networks.answer->size(), name),
            "docker network prune"};
  }
  return {
      kCheck, Severity::ok,
      fmt::format("'{}' will be made with {} and {}", name, spec->subnets[0].subnet, spec->subnets[1].subnet),
      ""};
}

Finding judge_node_image(const Facts& facts) {
  constexpr auto kCheck = "node-image";
  const auto& images = facts.engine.node_images;
  const auto& wanted = facts.question.image;
  if (!images.answer) {
    return {kCheck, Severity::problem, with_cause(images.failure), remedy_of(images.failure)};
  }
  const bool found = !images.answer->empty() && (wanted.empty() || images.answer->front() == wanted);
  if (found) {
    return {kCheck, Severity::ok,
            images.answer->size() == 1
                ? images.answer->front()
                : fmt::format("{} and {} more", images.answer->front(), images.answer->size() - 1),
            ""};
  }
  return {kCheck, Severity::warning,
          wanted.empty() ? std::string("none is here; one would have to be pulled")
                         : fmt::format("'{}' is not here; it would have to be pulled", wanted),
          wanted.empty() ? std::string("ingot image build") : fmt::format("docker pull {}", wanted)};
}

}  // namespace

void judge_engine(const Facts& facts, Findings& findings) {
  if (!facts.engine.info.answer) {
    findings.push_back(judge_unreachable(facts));
    return;
  }
  const auto& info = *facts.engine.info.answer;
  findings.push_back({"engine", Severity::ok,
                      fmt::format("answers on '{}': {}, {}, {} CPUs", info.name, info.operating_system,
                                  info.architecture, info.cpus),
                      ""});
  findings.push_back(judge_version(facts, info));
  findings.push_back(judge_trial(facts.engine.trial));
  findings.push_back(judge_cgroup(info));
  findings.push_back(judge_storage(info));
}

void judge_resources(const Facts& facts, Findings& findings) {
  if (!facts.engine.info.answer) {
    return;
  }
  findings.push_back(judge_network(facts));
  findings.push_back(judge_node_image(facts));
}

}  // namespace ingot::doctor
