// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "doctor/judge.hpp"
#include "node/kernel.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::doctor {

namespace {

// A number that should not be small: below `least` clusters fail, below `enough` larger ones may.
struct Scale {
  std::int64_t least = 0;
  std::int64_t enough = 0;
};

Severity weigh(std::int64_t value, const Scale& scale) {
  if (value < scale.least) {
    return Severity::problem;
  }
  return value < scale.enough ? Severity::warning : Severity::ok;
}

Finding finding_of(const char* check, Severity severity, std::string detail, std::string remedy) {
  return {check, severity, std::move(detail), severity == Severity::ok ? "" : std::move(remedy)};
}

std::string size_text(std::int64_t bytes) {
  return base::to_size_text(static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0)));
}

// All processes of a node are one user's; a control plane was seen to hold 29 instances, idle.
Finding judge_instances(std::int64_t value) {
  constexpr Scale kScale{.least = 128, .enough = 512};
  constexpr std::int64_t kOfANode = 30;
  return finding_of(
      "inotify-instances", weigh(value, kScale),
      value < kScale.enough
          ? fmt::format("fs.inotify.max_user_instances is {}, enough for {} nodes", value, value / kOfANode)
          : fmt::format("fs.inotify.max_user_instances is {}", value),
      "sudo sysctl -w fs.inotify.max_user_instances=1024");
}

Finding judge_watches(std::int64_t value) {
  constexpr Scale kScale{.least = 8192, .enough = 65'536};
  return finding_of("inotify-watches", weigh(value, kScale),
                    fmt::format("fs.inotify.max_user_watches is {}", value),
                    "sudo sysctl -w fs.inotify.max_user_watches=524288");
}

// A control plane and its first pods have some 220 threads, idle.
Finding judge_pids(std::int64_t pid_max, const std::optional<std::int64_t>& limit) {
  constexpr Scale kScale{.least = 2048, .enough = 16'384};
  const bool limited = limit && *limit < pid_max;
  const std::int64_t value = limited ? *limit : pid_max;
  return finding_of("pids", weigh(value, kScale),
                    limited ? fmt::format("this machine's own cgroup allows {} processes", value)
                            : fmt::format("kernel.pid_max is {}", value),
                    limited ? "raise the process limit of the container or unit that holds the engine"
                            : "sudo sysctl -w kernel.pid_max=4194304");
}

Finding judge_overlay(const Facts& facts) {
  const bool in_use =
      facts.engine.info.answer && facts.engine.info.answer->storage_driver.starts_with("overlay");
  const bool there = in_use || facts.machine.overlay_known.value_or(true);
  return finding_of("kernel", there ? Severity::ok : Severity::warning,
                    fmt::format("overlay is {}, br_netfilter is {}", there ? "there" : "not loaded",
                                facts.machine.bridge_filter
                                    ? "there"
                                    : "not loaded (only networks with a bridge inside of nodes want it)"),
                    "sudo modprobe overlay");
}

// Docker's default of 1024 soft is raised by a node's systemd, up to the hard limit.
Finding judge_open_files(std::int64_t limit, bool in_container) {
  constexpr Scale kScale{.least = 4096, .enough = 16'384};
  return finding_of(
      "open-files", weigh(limit, kScale),
      fmt::format("{} may have {} files open", in_container ? "a node's processes" : "a process", limit),
      R"(raise "default-ulimits" nofile in /etc/docker/daemon.json and restart Docker)");
}

std::optional<Finding> judge_limits_of_nodes(const Facts& facts) {
  const auto& trial = facts.engine.trial;
  if (trial && trial->answer && trial->answer->exit_code == 0) {
    const std::string output(base::trim(trial->answer->output));
    if (output == "unlimited") {
      return Finding{"open-files", Severity::ok, "a node's processes have no limit", ""};
    }
    if (!output.empty() && output.size() < 12 &&
        output.find_first_not_of("0123456789") == std::string::npos) {
      return judge_open_files(std::stoll(output), true);
    }
  }
  if (facts.machine.open_files && facts.distance != Distance::elsewhere) {
    return judge_open_files(*facts.machine.open_files, false);
  }
  return std::nullopt;
}

// A node's data begin at 130 MiB with our image and at 1 GiB with kind's, and grow with images and logs.
Finding judge_disk(const FreeSpace& space) {
  constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;
  constexpr Scale kBytes{.least = 2 * kGibibyte, .enough = 8 * kGibibyte};
  constexpr Scale kFiles{.least = 20'000, .enough = 100'000};
  const Severity severity =
      std::max(weigh(static_cast<std::int64_t>(space.bytes), kBytes),
               // Filesystems that make inodes as they need them report none.
               space.files == 0 ? Severity::ok : weigh(static_cast<std::int64_t>(space.files), kFiles));
  return finding_of("disk", severity,
                    fmt::format("{} and {} files are free in {}", base::to_size_text(space.bytes),
                                space.files, space.folder),
                    "docker system prune");
}

// A control plane was seen to use 0.5 GiB, idle.
Finding judge_memory(std::int64_t available) {
  constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
  constexpr Scale kScale{.least = 600 * kMebibyte, .enough = 1500 * kMebibyte};
  return finding_of("memory", weigh(available, kScale), fmt::format("{} are available", size_text(available)),
                    "end something else, or give the machine more memory");
}

Finding judge_capabilities(std::uint64_t bounds) {
  constexpr std::uint64_t kSysResource = std::uint64_t{1} << 24U;
  const bool there = (bounds & kSysResource) != 0;
  return finding_of("capabilities", there ? Severity::ok : Severity::warning,
                    there ? "CAP_SYS_RESOURCE is there"
                          : "CAP_SYS_RESOURCE is missing: nodes run, but can neither raise limits nor shield "
                            "processes from the kernel's memory killer",
                    "give the container or virtual machine that holds the engine CAP_SYS_RESOURCE");
}

std::string modes_of_kube_proxy(const MachineFacts& machine) {
  const bool nftables = node::has_nftables_for_services(machine.kernel_release);
  return fmt::format("modes iptables{}{} work; {}", nftables ? ", nftables" : "",
                     *machine.ipvs ? ", ipvs" : "",
                     *machine.ipvs ? "IPVS is there" : "the kernel has no IPVS, so mode ipvs is refused");
}

}  // namespace

void judge_kernel(const Facts& facts, Findings& findings) {
  const auto& machine = facts.machine;
  if (facts.distance == Distance::elsewhere) {
    findings.push_back(
        {"machine", Severity::ok,
         fmt::format("the engine runs on another machine, '{}': its kernel's limits were not seen",
                     facts.engine.info.answer ? facts.engine.info.answer->name : ""),
         ""});
    return;
  }
  if (machine.inotify_instances) {
    findings.push_back(judge_instances(*machine.inotify_instances));
  }
  if (machine.inotify_watches) {
    findings.push_back(judge_watches(*machine.inotify_watches));
  }
  if (machine.pid_max) {
    findings.push_back(judge_pids(
        *machine.pid_max, facts.distance == Distance::same_kernel ? std::nullopt : machine.pids_limit));
  }
  findings.push_back(judge_overlay(facts));
  if (machine.ip_forward) {
    findings.push_back(
        finding_of("ip-forward", *machine.ip_forward ? Severity::ok : Severity::warning,
                   *machine.ip_forward ? "on" : "off: nodes reach nothing outside of this machine",
                   "sudo sysctl -w net.ipv4.ip_forward=1"));
  }
  if (machine.ipv6) {
    findings.push_back(
        finding_of("ipv6", *machine.ipv6 ? Severity::ok : Severity::warning,
                   *machine.ipv6 ? "on" : "off: clusters of ipFamily ipv6 and dual cannot be made",
                   "sudo sysctl -w net.ipv6.conf.all.disable_ipv6=0"));
  }
  if (machine.ipvs) {
    findings.push_back({"kube-proxy", Severity::ok, modes_of_kube_proxy(machine), ""});
  }
  if (machine.swap_total) {
    findings.push_back({"swap", Severity::ok,
                        *machine.swap_total == 0 ? "off"
                                                 : fmt::format("{} are on; nodes' kubelets accept that",
                                                               size_text(*machine.swap_total)),
                        ""});
  }
}

void judge_capacity(const Facts& facts, Findings& findings) {
  const auto& machine = facts.machine;
  const bool here = facts.distance == Distance::here || facts.distance == Distance::unknown;
  if (here && machine.capability_bounds) {
    findings.push_back(judge_capabilities(*machine.capability_bounds));
  }
  if (auto finding = judge_limits_of_nodes(facts)) {
    findings.push_back(std::move(*finding));
  }
  if (here && machine.engine_disk) {
    findings.push_back(judge_disk(*machine.engine_disk));
  }
  if (facts.distance != Distance::elsewhere && machine.memory_available) {
    findings.push_back(judge_memory(*machine.memory_available));
  }
}

}  // namespace ingot::doctor
