// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"
#include "support/fake_engine/program.hpp"
#include "support/fake_instances/fake_instances.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

class Instances : public ingot::testing::Console {
 public:
  ingot::testing::FakeInstances machines{engine};
};

}  // namespace

TEST_CASE_METHOD(Instances, "the life of an instance, told as JSON", "[cli]") {
  REQUIRE(run({"instance", "run", "dev", "-e", "A=1", "-p", "80", "--cpus", "1.5", "-o", "json"}) == 0);
  const auto made = json::parse(out);
  CHECK(made.at("kind") == "InstanceRun");
  CHECK(made.at("name") == "dev");
  CHECK(made.at("ssh").at("user") == "root");
  CHECK(made.at("failedUnits") == json::array());

  REQUIRE(run({"instance", "list", "-o", "json"}) == 0);
  CHECK(json::parse(out).at("items").at(0).at("name") == "dev");
  REQUIRE(run({"instance", "status", "dev", "-o", "json"}) == 0);
  const auto status = json::parse(out);
  CHECK(status.at("healthy") == true);
  CHECK(status.at("system") == "running");
  CHECK(status.at("cpuMillis") == 1500);
  CHECK(status.at("ports").size() == 2);

  for (const auto& [verb, kind] :
       {std::pair("stop", "InstanceStoppedList"), std::pair("start", "InstanceStartedList"),
        std::pair("restart", "InstanceRestartedList")}) {
    REQUIRE(run({"instance", verb, "dev", "-o", "json"}) == 0);
    CHECK(json::parse(out).at("kind") == kind);
    CHECK(json::parse(out).at("items").at(0).at("changed") == true);
  }
  REQUIRE(run({"instance", "delete", "dev", "--yes", "-o", "json"}) == 0);
  CHECK(json::parse(out).at("items").at(0).at("volumes") == json{"ingot-instance-dev"});
  CHECK(run({"instance", "delete", "dev", "--yes"}) == 3);
  CHECK(run({"instance", "delete", "dev", "--yes", "--ignore-not-found"}) == 0);
}

TEST_CASE_METHOD(Instances, "status exits with 1 when something in the instance has failed", "[cli]") {
  REQUIRE(run({"instance", "run", "dev"}) == 0);
  machines.say("degraded", {"docker.service"});
  CHECK(run({"instance", "status", "dev"}) == 1);
  CHECK_THAT(out, Contains("docker.service"));
  REQUIRE(run({"instance", "restart", "dev"}) == 0);
  CHECK_THAT(err, Contains("docker.service failed"));
  CHECK(run({"instance", "status", "none"}) == 3);
}

TEST_CASE_METHOD(Instances, "all mistakes of a run are said at once, and the engine is not asked", "[cli]") {
  CHECK(run({"instance", "run",  "No Name",         "-p",   "80:x", "-p",      "1:2/icmp",
             "--mount",  "src",  "--ssh",           "here", "-e",   "UNSET",   "-l",
             "=x",       "-l",   "dev.ingot.run=1", "-l",   "a=1",  "--label", "a=2",
             "--memory", "much", "--user-data",     "/none"}) == 2);
  for (const char* part : {"No Name", "80:x", "1:2/icmp", "'src'", "'here'", "UNSET", "'=x' is not",
                           "'dev.ingot.run=1' is of those", "'a' is given twice", "much", "/none"}) {
    CHECK_THAT(err, Contains(part));
  }
  CHECK(run({"instance", "run"}) == 2);
  CHECK(run({"instance", "run", "dev", "--rm"}) == 2);
  CHECK(run({"instance", "run", "dev", "--no-wait", "--", "true"}) == 2);
  CHECK(run({"instance", "exec", "dev"}) == 125);
  CHECK(run({"instance", "delete"}) == 2);
  CHECK(run({"instance", "delete", "dev"}) == 2);
  CHECK(run({"instance", "cp", "a", "b"}) == 2);
  CHECK(run({"instance", "cp", "dev:/a", "other:/b"}) == 2);
  CHECK(run({"instance", "cp", "dev:a", "b"}) == 2);
  CHECK(engine.requests().empty());
}

TEST_CASE_METHOD(Instances, "an instance has the labels that it was given", "[cli]") {
  REQUIRE(run({"instance", "run", "dev", "-l", "team=a=b", "--label", "bare"}) == 0);
  const auto labels = engine.containers().front().labels;
  CHECK(labels.at("team") == "a=b");
  CHECK(labels.at("bare").empty());
  CHECK(labels.at("dev.ingot.instance") == "dev");
}

TEST_CASE_METHOD(Instances,
                 "devices that cannot be had are told with everything else, and a dry run names them",
                 "[cli]") {
  std::ofstream(home / "fake.yaml")
      << "cdiVersion: 0.5.0\nkind: v.com/gpu\ndevices:\n- {name: \"0\", containerEdits: {env: [A=B]}}\n";
  host.environment["INGOT_CDI_DIRS"] = home.path().string();
  host.environment["INGOT_GPU_ROOT"] = home.path().string();
  CHECK(run({"instance", "run", "No Name", "--gpus", "device=0,7", "--gpus", "v.com/gpu=0"}) == 2);
  for (const char* part : {"No Name", "'7': there is no such device", "v.com/gpu=0 is named twice"}) {
    CHECK_THAT(err, Contains(part));
  }
  CHECK(run({"instance", "run", "dev", "--gpus", "2"}) == 2);
  CHECK_THAT(err, Contains("2 wanted, 1 free"));
  CHECK(engine.containers().empty());
  REQUIRE(run({"instance", "run", "dev", "--gpus", "1", "--dry-run"}) == 0);
  CHECK_THAT(out, Contains("it shall have v.com/gpu=0"));
  CHECK_THAT(err, !Contains("over the network"));
  CHECK(engine.containers().empty());
}

TEST_CASE_METHOD(Instances, "a command in an instance has streams and exit code, and --rm removes all",
                 "[cli]") {
  engine.add_program({"talk"}, ingot::testing::scripted({.out = "out\n", .err = "err\n", .exit_code = 7}));
  CHECK(run({"instance", "run", "--rm", "--", "talk"}) == 7);
  CHECK(out == "out\n");
  CHECK_THAT(err, Contains("err\n"));
  CHECK(engine.containers_with_label("dev.ingot.instance").empty());
  CHECK(run({"instance", "run", "dev", "--", "talk"}) == 7);
  CHECK(run({"instance", "exec", "dev", "--", "talk"}) == 7);
  CHECK(engine.containers_with_label("dev.ingot.instance").size() == 1);
}

TEST_CASE_METHOD(Instances, "logs are asked of the journal", "[cli]") {
  std::vector<std::string> words;
  engine.add_program({"journalctl"}, [&](ingot::testing::Process& process) {
    words = process.info().argv;
    return 0;
  });
  REQUIRE(run({"instance", "run", "dev"}) == 0);
  REQUIRE(run({"instance", "logs", "dev", "--unit", "docker", "--tail", "5", "--since", "10m"}) == 0);
  CHECK(words == std::vector<std::string>{"journalctl", "--no-pager", "--quiet", "--unit", "docker",
                                          "--lines", "5", "--since", "-600s"});
}

TEST_CASE_METHOD(Instances, "ssh is this machine's own, with the key of the instance", "[cli]") {
  std::vector<std::string> words;
  host.become = [&](const auto& told) {
    words = told;
    return 9;
  };
  host.environment["HOME"] = home / "me";
  host.environment.erase("XDG_DATA_HOME");
  REQUIRE(run({"instance", "run", "dev"}) == 0);
  CHECK(run({"instance", "ssh", "dev", "--", "uptime"}) == 9);
  const auto config = home / "me/.local/share/ingot/instances/dev/ssh_config";
  CHECK(words == std::vector<std::string>{"ssh", "-F", config, "dev.ingot", "uptime"});
  REQUIRE(run({"instance", "ssh", "dev", "--print-config"}) == 0);
  CHECK_THAT(out, Contains("Host dev.ingot\n"));
  REQUIRE(run({"instance", "ssh", "dev", "--merge-config"}) == 0);
  CHECK(std::filesystem::exists(home / "me/.ssh/config"));
}

TEST_CASE_METHOD(Instances, "files go into an instance and come out of it", "[cli]") {
  REQUIRE(run({"instance", "run", "dev"}) == 0);
  host.working_dir = home.path().string();
  std::ofstream(home / "note") << "hello";
  REQUIRE(run({"instance", "cp", "note", "dev:/etc/other"}) == 0);
  CHECK(engine.file("dev", "/etc/other") == "hello");
  REQUIRE(run({"instance", "cp", "dev:/etc/other", "back"}) == 0);
  CHECK(std::filesystem::file_size(home / "back") == 5);
  CHECK(run({"instance", "cp", "dev:/etc/none", "back"}) == 3);
  CHECK(run({"instance", "cp", "none", "dev:/etc/"}) == 2);
}

TEST_CASE_METHOD(Instances, "a dry run changes nothing", "[cli]") {
  REQUIRE(run({"instance", "run", "dev", "--dry-run"}) == 0);
  CHECK_THAT(out, Contains("create"));
  CHECK(engine.containers().empty());
  REQUIRE(run({"instance", "run", "dev"}) == 0);
  REQUIRE(run({"instance", "stop", "dev", "--dry-run"}) == 0);
  CHECK_THAT(out, Contains("stop"));
  REQUIRE(run({"instance", "start", "dev", "--dry-run"}) == 0);
  CHECK(out == "nothing to do for instance/dev\n");
  REQUIRE(run({"instance", "delete", "dev", "--dry-run"}) == 0);
  CHECK_THAT(out, Contains("disk ingot-instance-dev"));
  CHECK(engine.containers().size() == 1);
}
