// SPDX-License-Identifier: Apache-2.0
#include "unit/doctor/judge_fixture.hpp"

#include <catch2/catch.hpp>

namespace ingot::doctor::test {

namespace {

constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;

}  // namespace

TEST_CASE("kernel limits are weighed", "[doctor]") {
  const auto [check, value, expected] = GENERATE(table<std::string, std::int64_t, Severity>({
      {"inotify-instances", 127, Severity::problem},
      {"inotify-instances", 128, Severity::warning},  // the kernel's own default
      {"inotify-instances", 511, Severity::warning},
      {"inotify-instances", 512, Severity::ok},
      {"inotify-watches", 8191, Severity::problem},
      {"inotify-watches", 8192, Severity::warning},
      {"inotify-watches", 65'536, Severity::ok},
      {"pids", 1024, Severity::problem},
      {"pids", 4096, Severity::warning},
      {"pids", 32'768, Severity::ok},
  }));
  const Finding limit = judged(check, [&](Facts& facts) {
    facts.machine.inotify_instances = value;
    facts.machine.inotify_watches = value;
    facts.machine.pid_max = value;
  });
  INFO(check << " " << value);
  CHECK(limit.severity == expected);
  CHECK(limit.detail.find(std::to_string(value)) != std::string::npos);
}

TEST_CASE("a process limit on this machine's own cgroup counts when it is the smaller one", "[doctor]") {
  const Finding limited = judged("pids", [](Facts& facts) { facts.machine.pids_limit = 1000; });
  CHECK(limited.severity == Severity::problem);
  CHECK(limited.detail == "this machine's own cgroup allows 1000 processes");
  const Finding above = judged("pids", [](Facts& facts) { facts.machine.pids_limit = 5'000'000; });
  CHECK(above.severity == Severity::ok);
  // The engine is in another container: its limit was not seen.
  const Finding other = judged("pids", [](Facts& facts) {
    facts.machine.pids_limit = 1000;
    facts.distance = Distance::same_kernel;
  });
  CHECK(other.severity == Severity::ok);
}

TEST_CASE("how many files a node may open is what a container said, else what this process may", "[doctor]") {
  const auto [output, exit_code, own, expected, detail] =
      GENERATE(table<std::string, int, std::int64_t, Severity, std::string>({
          {"1048576\r\n", 0, 1, Severity::ok, "a node's processes may have 1048576 files open"},
          {"unlimited\n", 0, 1, Severity::ok, "a node's processes have no limit"},
          {"4096\n", 0, 1'000'000, Severity::warning, "a node's processes may have 4096 files open"},
          {"1024", 0, 1'000'000, Severity::problem, "a node's processes may have 1024 files open"},
          {"", 0, 20'000, Severity::ok, "a process may have 20000 files open"},
          {"99999999999999999999", 0, 20'000, Severity::ok, "a process may have 20000 files open"},
          {"-5", 0, 20'000, Severity::ok, "a process may have 20000 files open"},
          {"1024", 127, 20'000, Severity::ok, "a process may have 20000 files open"},
      }));
  const Finding files = judged("open-files", [&](Facts& facts) {
    facts.engine.trial->answer->output = output;
    facts.engine.trial->answer->exit_code = exit_code;
    facts.machine.open_files = own;
  });
  CHECK(files.severity == expected);
  CHECK(files.detail == detail);
}

TEST_CASE("free space is weighed by bytes and by files", "[doctor]") {
  const auto [bytes, files, expected] = GENERATE(table<std::int64_t, std::uint64_t, Severity>({
      {50 * kGibibyte, 1'000'000, Severity::ok},
      {50 * kGibibyte, 0, Severity::ok},  // btrfs and zfs make inodes as they need them
      {50 * kGibibyte, 50'000, Severity::warning},
      {50 * kGibibyte, 100, Severity::problem},
      {5 * kGibibyte, 1'000'000, Severity::warning},
      {kGibibyte, 1'000'000, Severity::problem},
  }));
  const Finding disk = judged("disk", [&](Facts& facts) {
    facts.machine.engine_disk->bytes = static_cast<std::uint64_t>(bytes);
    facts.machine.engine_disk->files = files;
  });
  CHECK(disk.severity == expected);
  CHECK(disk.detail.find("/var/lib/docker") != std::string::npos);
}

TEST_CASE("available memory is weighed", "[doctor]") {
  const auto [bytes, expected] = GENERATE(table<std::int64_t, Severity>({
      {8 * kGibibyte, Severity::ok},
      {1000 * kMebibyte, Severity::warning},
      {500 * kMebibyte, Severity::problem},
      {-1, Severity::problem},  // a cgroup above its limit
  }));
  CHECK(judged("memory", [&](Facts& facts) { facts.machine.memory_available = bytes; }).severity == expected);
}

TEST_CASE("a missing CAP_SYS_RESOURCE is a warning", "[doctor]") {
  CHECK(judged("capabilities", [](Facts& facts) {
          facts.machine.capability_bounds = 0x1fffeffffffU;
        }).severity == Severity::warning);
}

TEST_CASE("overlay is there when the engine uses it, whatever the kernel lists", "[doctor]") {
  const auto [driver, known, expected] = GENERATE(table<std::string, std::optional<bool>, Severity>({
      {"overlay2", false, Severity::ok},
      {"btrfs", true, Severity::ok},
      {"btrfs", false, Severity::warning},
      {"btrfs", std::nullopt, Severity::ok},  // the list cannot be read: nothing to warn of
  }));
  const Finding kernel = judged("kernel", [&](Facts& facts) {
    facts.engine.info.answer->storage_driver = driver;
    facts.machine.overlay_known = known;
  });
  CHECK(kernel.severity == expected);
}

TEST_CASE("br_netfilter is told, and never asked for", "[doctor]") {
  const Finding kernel = judged("kernel", [](Facts& facts) { facts.machine.bridge_filter = false; });
  CHECK(kernel.severity == Severity::ok);
  CHECK(kernel.detail.find("br_netfilter is not loaded") != std::string::npos);
}

TEST_CASE("forwarding that is off is a warning, swap that is on a note", "[doctor]") {
  CHECK(judged("ip-forward", [](Facts& facts) { facts.machine.ip_forward = false; }).severity ==
        Severity::warning);
  const Finding swap = judged("swap", [](Facts& facts) { facts.machine.swap_total = 2 * kGibibyte; });
  CHECK(swap.severity == Severity::ok);
  CHECK(swap.detail.starts_with("2.0GiB are on"));
}

TEST_CASE("IPv6 that is off is a warning, IPVS that is missing a note", "[doctor]") {
  CHECK(judged("ipv6", [](Facts& facts) { facts.machine.ipv6 = true; }).severity == Severity::ok);
  CHECK(judged("ipv6", [](Facts& facts) { facts.machine.ipv6 = false; }).severity == Severity::warning);
  const Finding without = judged("kube-proxy", [](Facts& facts) {
    facts.machine.kernel_release = "5.10.0";
    facts.machine.ipvs = false;
  });
  CHECK(without.severity == Severity::ok);
  CHECK(without.detail == "modes iptables work; the kernel has no IPVS, so mode ipvs is refused");
  const Finding with = judged("kube-proxy", [](Facts& facts) {
    facts.machine.kernel_release = "6.1.0";
    facts.machine.ipvs = true;
  });
  CHECK(with.detail == "modes iptables, nftables, ipvs work; IPVS is there");
}

TEST_CASE("of an engine on another machine no local limit is judged", "[doctor]") {
  Facts facts = good_facts();
  facts.distance = Distance::elsewhere;
  facts.machine.inotify_instances = 1;
  facts.machine.memory_available = 1;
  facts.engine.trial->answer->output = "";
  const Report report = judge(facts);
  CHECK(report.healthy());
  CHECK(finding(report, "machine").detail.find("'box'") != std::string::npos);
  for (const auto* check :
       {"inotify-instances", "pids", "kernel", "memory", "disk", "capabilities", "open-files", "swap"}) {
    CHECK_FALSE(has_finding(report, check));
  }
}

TEST_CASE("from inside a container only the shared kernel and memory are judged", "[doctor]") {
  Facts facts = good_facts();
  facts.distance = Distance::same_kernel;
  const Report report = judge(facts);
  CHECK(has_finding(report, "inotify-instances"));
  CHECK(has_finding(report, "memory"));
  CHECK_FALSE(has_finding(report, "capabilities"));
  CHECK_FALSE(has_finding(report, "disk"));
}

TEST_CASE("what cannot be read is not judged", "[doctor]") {
  Facts facts = good_facts();
  facts.machine = {};
  facts.engine.trial.reset();
  const Report report = judge(facts);
  CHECK(report.healthy());
  for (const auto* check : {"inotify-instances", "inotify-watches", "pids", "ip-forward", "swap",
                            "capabilities", "open-files", "disk", "memory"}) {
    CHECK_FALSE(has_finding(report, check));
  }
}

TEST_CASE("ports and kubectl are judged by whether they are there", "[doctor]") {
  const Finding ports = judged("ports", [](Facts& facts) { facts.port_failure = "Operation not permitted"; });
  CHECK(ports.severity == Severity::problem);
  CHECK(ports.detail.ends_with("Operation not permitted"));
  const Finding kubectl = judged("kubectl", [](Facts& facts) { facts.kubectl_path.clear(); });
  CHECK(kubectl.severity == Severity::warning);
  CHECK(kubectl.remedy.starts_with("ingot kubectl --"));
}

}  // namespace ingot::doctor::test
