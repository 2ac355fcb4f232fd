// SPDX-License-Identifier: Apache-2.0
#include "unit/doctor/judge_fixture.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace ingot::doctor::test {

namespace {

Facts without_engine(base::Failure failure) {
  Facts facts = good_facts();
  facts.engine = {};
  facts.engine.info.failure = std::move(failure);
  facts.distance = Distance::unknown;
  return facts;
}

docker::NetworkInfo network(const std::string& name, const std::string& subnet, const std::string& ip_range) {
  return {.name = name, .subnets = {{.subnet = subnet, .gateway = "", .ip_range = ip_range}}};
}

}  // namespace

TEST_CASE("on a good machine every finding is ok and asks for nothing", "[doctor]") {
  const Report report = judge(good_facts());
  CHECK(report.healthy());
  std::set<std::string> checks;
  for (const auto& each : report.findings) {
    INFO(each.check << ": " << each.detail);
    CHECK(each.severity == Severity::ok);
    CHECK(each.remedy.empty());
    CHECK_FALSE(each.detail.empty());
    CHECK(checks.insert(each.check).second);
  }
  CHECK(report.findings.front().check == "engine");
}

TEST_CASE("every finding that is not ok has a remedy", "[doctor]") {
  Facts facts = good_facts();
  auto& info = *facts.engine.info.answer;
  info.server_version = "20.10.24+dfsg1";
  info.cgroup_version = "1";
  info.storage_driver = "vfs";
  facts.engine.node_images.answer->clear();
  facts.engine.trial.reset();
  facts.machine = {.capability_bounds = 0,
                   .inotify_instances = 1,
                   .inotify_watches = 1,
                   .pid_max = 1,
                   .open_files = 1,
                   .memory_available = 1,
                   .ip_forward = false,
                   .overlay_known = false,
                   .engine_disk = FreeSpace{.folder = "/", .bytes = 1, .files = 1}};
  facts.port_failure = "Permission denied";
  facts.kubectl_path.clear();
  const Report report = judge(facts);
  CHECK_FALSE(report.healthy());
  int bad = 0;
  for (const auto& each : report.findings) {
    INFO(each.check << ": " << each.detail);
    CHECK((each.severity == Severity::ok) == each.remedy.empty());
    bad += each.severity == Severity::ok ? 0 : 1;
  }
  CHECK(bad == 16);
}

TEST_CASE("an engine that cannot be reached is told with what starts it", "[doctor]") {
  const auto code = base::ErrorCode::engine_unreachable;
  const auto [message, cause, remedy, systemd, expected] =
      GENERATE_COPY(table<std::string, std::string, std::string, bool, std::string>({
          {"there is no container engine at unix:///x", "the socket does not exist", "install it", true,
           "tools/engine"},
          {"the container engine at unix:///x is not running", "Connection refused", "start it", true,
           "sudo systemctl start docker"},
          {"the container engine at unix:///x is not running", "Connection refused", "start it", false,
           "tools/engine"},
          {"you may not use the container engine at unix:///x", "Permission denied",
           "sudo usermod -aG docker $USER", true, "sudo usermod -aG docker $USER"},
      }));
  Facts facts = without_engine({.code = code, .message = message, .cause = cause, .remedy = remedy});
  facts.machine.systemd = systemd;
  const Report report = judge(facts);
  const Finding engine = finding(report, "engine");
  CHECK_FALSE(report.healthy());
  CHECK(engine.severity == Severity::problem);
  CHECK(engine.detail == message + ": " + cause);
  CHECK(engine.remedy == expected);
}

TEST_CASE("without an engine only what needs none is judged", "[doctor]") {
  const Report report = judge(without_engine(
      {.code = base::ErrorCode::timed_out, .message = "it does not answer", .remedy = "look"}));
  CHECK(finding(report, "engine").remedy == "look");
  for (const auto* check :
       {"engine-version", "privileged", "cgroup", "storage-driver", "network", "node-image"}) {
    CHECK_FALSE(has_finding(report, check));
  }
  for (const auto* check : {"inotify-instances", "memory", "capabilities", "ports", "kubectl"}) {
    CHECK(has_finding(report, check));
  }
}

TEST_CASE("an old Docker is a problem only where CAP_SYS_RESOURCE is missing", "[doctor]") {
  constexpr std::uint64_t kWithout = 0x1fffeffffffU;
  const auto [version, bounds, distance, expected] =
      GENERATE_COPY(table<std::string, std::uint64_t, Distance, Severity>({
          {"20.10.24+dfsg1", kWithout, Distance::here, Severity::problem},
          {"20.10.24+dfsg1", 0x1ffffffffffU, Distance::here, Severity::ok},
          {"20.10.24+dfsg1", kWithout, Distance::elsewhere, Severity::ok},  // its machine may have it
          {"26.1.5+dfsg1", kWithout, Distance::here, Severity::ok},
          {"dev", kWithout, Distance::elsewhere, Severity::ok},
      }));
  const Finding version_finding = judged("engine-version", [&](Facts& facts) {
    facts.engine.info.answer->server_version = version;
    facts.machine.capability_bounds = bounds;
    facts.distance = distance;
  });
  CHECK(version_finding.severity == expected);
  CHECK(version_finding.remedy == (expected == Severity::problem ? "tools/engine" : ""));
}

TEST_CASE("a privileged container that cannot start is a problem, in the engine's words", "[doctor]") {
  const Finding refused = judged("privileged", [](Facts& facts) {
    facts.engine.trial = Asked<Trial>{.answer = std::nullopt,
                                      .failure = {.code = base::ErrorCode::engine_refused,
                                                  .message = "the engine could not start container 'x'",
                                                  .cause = "failed to set rlimit: operation not permitted"}};
  });
  CHECK(refused.severity == Severity::problem);
  CHECK(refused.detail.find("failed to set rlimit") != std::string::npos);
  CHECK_FALSE(refused.remedy.empty());
  const Finding ended = judged("privileged", [](Facts& facts) {
    facts.engine.trial->answer->exit_code = 139;
    facts.engine.trial->answer->output = "Segmentation fault";
  });
  CHECK(ended.severity == Severity::problem);
  CHECK(ended.detail.find("exit code 139: Segmentation fault") != std::string::npos);
}

TEST_CASE("without a node image a privileged container is not tried, and that is said", "[doctor]") {
  const Finding not_tried = judged("privileged", [](Facts& facts) { facts.engine.trial.reset(); });
  CHECK(not_tried.severity == Severity::warning);
  CHECK(not_tried.detail.starts_with("not tried"));
  CHECK(not_tried.remedy == "ingot image build");
}

TEST_CASE("cgroup versions and drivers are weighed", "[doctor]") {
  const auto [version, driver, security, expected] =
      GENERATE(table<std::string, std::string, std::string, Severity>({
          {"2", "systemd", "", Severity::ok},
          {"2", "cgroupfs", "", Severity::ok},
          {"1", "cgroupfs", "", Severity::warning},  // Kubernetes is leaving it
          {"2", "systemd", "name=rootless", Severity::ok},
          {"1", "none", "name=rootless", Severity::problem},
          {"2", "none", "name=rootless", Severity::problem},
          {"", "", "", Severity::warning},
      }));
  const Finding cgroup = judged("cgroup", [&](Facts& facts) {
    auto& info = *facts.engine.info.answer;
    info.cgroup_version = version;
    info.cgroup_driver = driver;
    info.security_options = {security};
  });
  CHECK(cgroup.severity == expected);
}

TEST_CASE("storage drivers that make nodes slow are warned of", "[doctor]") {
  const auto [driver, expected] = GENERATE(table<std::string, Severity>({
      {"overlay2", Severity::ok},
      {"overlayfs", Severity::ok},
      {"btrfs", Severity::ok},
      {"zfs", Severity::ok},
      {"fuse-overlayfs", Severity::ok},
      {"vfs", Severity::warning},
      {"devicemapper", Severity::warning},
      {"aufs", Severity::warning},
  }));
  CHECK(judged("storage-driver", [&](Facts& facts) {
          facts.engine.info.answer->storage_driver = driver;
        }).severity == expected);
}

TEST_CASE("a network that is there, one to be made and one that finds no room are told apart", "[doctor]") {
  const Finding ours = judged("network", [](Facts& facts) {
    facts.engine.networks.answer = {network("kind", "172.18.0.0/16", "172.18.0.0/17")};
  });
  CHECK(ours.detail ==
        "'kind' exists, 172.18.0.0/16; nodes keep their addresses; no IPv6, so neither "
        "ipFamily ipv6 nor dual");
  const Finding kinds = judged("network", [](Facts& facts) {
    facts.engine.networks.answer = {network("kind", "172.18.0.0/16", "")};
    facts.engine.networks.answer->front().subnets.push_back(
        {.subnet = "fc00::/64", .gateway = "", .ip_range = ""});
    facts.engine.networks.answer->front().ipv6 = true;
  });
  CHECK(kinds.detail == "'kind' exists, 172.18.0.0/16 and fc00::/64; nodes get an address at each start");
  const Finding to_make = judged(
      "network", [](Facts& facts) { facts.engine.networks.answer = {network("a", "172.18.0.0/16", "")}; });
  CHECK(to_make.detail == "'kind' will be made with 172.19.0.0/16 and fc00:f853:ccd:e793::/64");
  const Finding no_room = judged("network", [](Facts& facts) {
    facts.engine.networks.answer = {network("a", "172.16.0.0/12", ""), network("b", "192.168.0.0/16", "")};
  });
  CHECK(no_room.severity == Severity::problem);
  CHECK(no_room.remedy == "docker network prune");
}

TEST_CASE("a node image is looked for, the wanted one or any", "[doctor]") {
  const auto [wanted, there, severity, remedy] =
      GENERATE(table<std::string, std::vector<std::string>, Severity, std::string>({
          {"", {"ingot/node:v1"}, Severity::ok, ""},
          {"", {}, Severity::warning, "ingot image build"},
          {"kindest/node:v2", {"kindest/node:v2", "ingot/node:v1"}, Severity::ok, ""},
          {"kindest/node:v2", {"ingot/node:v1"}, Severity::warning, "docker pull kindest/node:v2"},
          {"kindest/node:v2", {}, Severity::warning, "docker pull kindest/node:v2"},
      }));
  const Finding image = judged("node-image", [&](Facts& facts) {
    facts.question.image = wanted;
    facts.engine.node_images.answer = there;
  });
  CHECK(image.severity == severity);
  CHECK(image.remedy == remedy);
}

TEST_CASE("an engine that answers one question and not another is told for what it is", "[doctor]") {
  const base::Failure failure{
      .code = base::ErrorCode::engine_refused, .message = "could not list", .cause = "disk I/O"};
  Facts facts = good_facts();
  facts.engine.networks = {.answer = std::nullopt, .failure = failure};
  facts.engine.node_images = {.answer = std::nullopt, .failure = failure};
  const Report report = judge(facts);
  for (const auto* check : {"network", "node-image"}) {
    CHECK(finding(report, check).severity == Severity::problem);
    CHECK(finding(report, check).detail == "could not list: disk I/O");
    CHECK_FALSE(finding(report, check).remedy.empty());
  }
}

}  // namespace ingot::doctor::test
