// SPDX-License-Identifier: Apache-2.0
// Instances on the fake engine: what is made, kept and taken back.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"
#include "engine/engine_fixture.hpp"
#include "support/fake_engine/program.hpp"
#include "support/fake_instances/fake_instances.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <set>

using namespace ingot;
using Catch::Matchers::Contains;
using testing::FakeInstances;

namespace {

class Instances : public testing::ClusterFixture {
 public:
  FakeInstances machines{fake};

  [[nodiscard]] std::string folder() const { return home / "instances"; }
  [[nodiscard]] instance::RunOptions run_options() const {
    return {.timeout = std::chrono::seconds(120), .access_folder = folder(), .tool_version = "test"};
  }
  instance::RunResult run(const instance::Spec& spec) {
    return session.run_instance(spec, run_options(), {}, events);
  }
  instance::RunResult run(const std::string& name) { return run(instance::Spec{.name = name}); }
  instance::DeleteResult remove(const std::string& name, bool keep_disk = false) {
    return session.delete_instance(name, {.keep_disk = keep_disk, .access_folder = folder()}, {}, events);
  }
  instance::ChangeResult change(instance::Verb verb, const std::string& name) {
    return session.change_instance(verb, name, {}, {}, events);
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& container : fake.containers_with_label("dev.ingot.instance")) {
      names.push_back(container.name);
    }
    return names;
  }
  std::vector<std::string> disks() {
    std::vector<std::string> names;
    docker::Engine engine(fake.address());
    for (const auto& volume : engine.list_volumes({}, {})) {
      names.push_back(volume.name);
    }
    return names;
  }
  [[nodiscard]] bool has_keys(const std::string& name) const {
    return std::filesystem::exists(folder() + "/" + name + "/id_ed25519");
  }
};

}  // namespace

TEST_CASE_METHOD(Instances, "an instance is run, listed, told about and deleted", "[engine]") {
  const auto made = run("dev");
  CHECK(made.image == FakeInstances::kImage);
  CHECK(made.network == "kind");
  CHECK(made.disk == "ingot-instance-dev");
  CHECK(made.address.starts_with("172."));
  CHECK(made.ssh.port > 0);
  CHECK(has_keys("dev"));
  CHECK_THAT(fake.file("dev", "/root/.ssh/authorized_keys").value(), Contains("ingot@dev"));
  CHECK(fake.file("dev", "/etc/ssh/ssh_host_ed25519_key").has_value());
  CHECK(disks() == std::vector<std::string>{"ingot-instance-dev"});

  const auto list = session.list_instances({});
  REQUIRE(list.size() == 1);
  CHECK(list.front().name == "dev");
  CHECK(list.front().state == "Running");
  CHECK(list.front().address == made.address);
  CHECK(list.front().labels.at("dev.ingot.instance") == "dev");
  CHECK(session.instance_status("dev", {}).healthy());
  machines.say("degraded", {"docker.service"});
  const auto status = session.instance_status("dev", {});
  CHECK_FALSE(status.healthy());
  CHECK(status.failed_units == std::vector<std::string>{"docker.service"});

  const auto gone = remove("dev");
  CHECK(gone.containers == std::vector<std::string>{"dev"});
  CHECK(names().empty());
  CHECK(disks().empty());
  CHECK_FALSE(has_keys("dev"));
  CHECK_FALSE(remove("dev").found());
}

TEST_CASE_METHOD(Instances, "an instance that was run twice is refused, and the first one stays",
                 "[engine]") {
  run("dev");
  const auto failure = testing::failure_of([&] { run("dev"); });
  CHECK(failure.code == base::ErrorCode::already_exists);
  CHECK(failure.remedy == "ingot instance delete dev");
  CHECK(names() == std::vector<std::string>{"dev"});
  CHECK(has_keys("dev"));
}

TEST_CASE_METHOD(Instances, "what another run has made meanwhile is that one's", "[engine]") {
  fake.faults().before({.method = "POST", .path = "/containers/create"}, [this] {
    session::Session other(fake.address());
    testing::KeptEvents ignored;
    other.run_instance({.name = "dev"}, run_options(), {}, ignored);
  });
  const auto failure = testing::failure_of([&] { run("dev"); });
  CHECK(failure.code == base::ErrorCode::already_exists);
  CHECK(names() == std::vector<std::string>{"dev"});
  CHECK(disks() == std::vector<std::string>{"ingot-instance-dev"});
  CHECK(has_keys("dev"));
}

TEST_CASE_METHOD(Instances, "no two instances and nodes get one address", "[engine]") {
  create(spec("one", 2), options());
  std::set<std::string> addresses;
  for (const char* name : {"i1", "i2", "i3", "i4"}) {
    addresses.insert(run(name).address);
  }
  for (const auto& node : fake.containers_with_label("io.x-k8s.kind.cluster")) {
    addresses.insert(node.address);
  }
  CHECK(addresses.size() == 7);
}

TEST_CASE_METHOD(Instances, "a stop and a start keep what there is", "[engine]") {
  const auto made = run("dev");
  CHECK(change(instance::Verb::stop, "dev").changed);
  CHECK(session.list_instances({}).front().state == "Stopped");
  CHECK(session.list_instances({}).front().address == made.address);
  CHECK_FALSE(change(instance::Verb::stop, "dev").changed);
  CHECK(testing::failure_of([&] {
          session.instance_exec("dev", {.words = {"true"}}, false, {}, {});
        }).remedy == "ingot instance start dev");
  CHECK(change(instance::Verb::start, "dev").changed);
  CHECK_FALSE(change(instance::Verb::start, "dev").changed);
  CHECK(change(instance::Verb::restart, "dev").changed);
  CHECK(session.instance_status("dev", {}).summary.address == made.address);
  CHECK(testing::failure_of([&] { change(instance::Verb::stop, "none"); }).code ==
        base::ErrorCode::not_found);
}

TEST_CASE_METHOD(Instances, "an instance that its user stopped is not brought back by the engine",
                 "[engine]") {
  run("dev");
  const auto policies = [&] {
    std::string text;
    for (const auto& request : fake.requests("POST", "/containers/[^/]+/update")) {
      text += request.body + "\n";
    }
    return text;
  };
  change(instance::Verb::stop, "dev");
  CHECK_THAT(policies(), Contains("\"no\""));
  change(instance::Verb::start, "dev");
  CHECK_THAT(policies(), Contains("\"always\""));
}

TEST_CASE_METHOD(Instances, "a disk that has a name stays, and one that is kept is found again", "[engine]") {
  instance::Spec spec{.name = "dev"};
  spec.disk = "mine";
  run(spec);
  CHECK(remove("dev").volumes.empty());
  CHECK(disks() == std::vector<std::string>{"mine"});
  run("dev");
  remove("dev", true);
  CHECK(disks() == std::vector<std::string>{"ingot-instance-dev", "mine"});
  run("dev");
  CHECK(remove("dev").volumes == std::vector<std::string>{"ingot-instance-dev"});
}

TEST_CASE_METHOD(Instances, "user data is cloud-init's where there is one, else ours", "[engine]") {
  instance::Spec spec{.name = "dev"};
  spec.user_data = "#cloud-config\nruncmd: [touch /ran]\n";
  run(spec);
  REQUIRE(machines.scripts().size() == 1);
  CHECK_THAT(machines.scripts().front(), Contains("touch /ran"));
  CHECK_FALSE(fake.file("dev", "/var/lib/cloud/seed/nocloud/user-data").has_value());

  spec.name = "cloud";
  spec.image = FakeInstances::kWithCloudInit;
  spec.user_data += "ntp: {}\n";
  run(spec);
  CHECK(fake.file("cloud", "/var/lib/cloud/seed/nocloud/user-data") == spec.user_data);
  CHECK_THAT(fake.file("cloud", "/var/lib/cloud/seed/nocloud/meta-data").value(),
             Contains("instance-id: cloud-"));
}

TEST_CASE_METHOD(Instances, "user data that fails takes the instance back", "[engine]") {
  instance::Spec spec{.name = "dev"};
  spec.user_data = "#!/bin/sh\nexit 3\n";
  machines.end_scripts(3, "no such thing\n");
  const auto failure = testing::failure_of([&] { run(spec); });
  CHECK(failure.code == base::ErrorCode::command_failed);
  CHECK(failure.detail == "no such thing\n");
  CHECK(names().empty());
  CHECK(disks().empty());
  CHECK_FALSE(has_keys("dev"));

  machines.end_scripts(0, "");
  spec.user_data = "#cloud-config\nntp: {}\nswap: {}\n";
  const auto unknown = testing::failure_of([&] { run(spec); });
  CHECK(unknown.code == base::ErrorCode::invalid_input);
  CHECK(unknown.problems.size() == 2);
  CHECK(names().empty());
}

TEST_CASE_METHOD(Instances, "an image that ends at once is told with what it said", "[engine]") {
  fake.add_image({.reference = "example/short:1", .entrypoint = {"short"}});
  fake.add_program({"short"}, testing::scripted({.out = "nothing to do\n", .exit_code = 0}));
  instance::Spec spec{.name = "dev"};
  spec.image = "example/short:1";
  const auto failure = testing::failure_of([&] { run(spec); });
  CHECK_THAT(failure.message, Contains("ended while it started"));
  CHECK(names().empty());
}

TEST_CASE_METHOD(Instances, "without an image of an instance it is said how one is made", "[engine]") {
  docker::Engine engine(fake.address());
  engine.remove_image(FakeInstances::kImage, {});
  const auto failure = testing::failure_of([&] { run("dev"); });
  CHECK(failure.code == base::ErrorCode::image_missing);
  CHECK(failure.remedy == "ingot image build --instance");
}

TEST_CASE_METHOD(Instances, "an instance joins a cluster's network with its kubeconfig", "[engine]") {
  create(spec("one"), options());
  instance::Spec spec{.name = "dev"};
  spec.cluster = "one";
  const auto made = run(spec);
  CHECK(made.network == "kind");
  CHECK_THAT(fake.file("dev", "/root/.kube/config").value(), Contains("https://one-control-plane:6443"));
  CHECK_THAT(fake.file("dev", "/etc/ingot/join-cluster").value(), Contains("ip route replace "));
  CHECK(session.list_instances({}).front().cluster == "one");
  spec.name = "other";
  spec.cluster = "none";
  CHECK(testing::failure_of([&] { run(spec); }).code == base::ErrorCode::not_found);
  spec.cluster = "one";
  spec.network = "elsewhere";
  CHECK(testing::failure_of([&] { run(spec); }).code == base::ErrorCode::invalid_input);
}

TEST_CASE_METHOD(Instances, "a key that was lost is made anew and let in", "[engine]") {
  const auto made = run("dev");
  CHECK(session.instance_ssh("dev", folder(), {}).port == made.ssh.port);
  CHECK(machines.scripts().empty());
  std::filesystem::remove_all(folder());
  CHECK(session.instance_ssh("dev", folder(), {}).port == made.ssh.port);
  CHECK(has_keys("dev"));
  REQUIRE(machines.scripts().size() == 1);
  CHECK_THAT(machines.scripts().front(), Contains("authorized_keys"));
}

TEST_CASE_METHOD(Instances, "a signal reaches the command, whose exit code is told", "[engine]") {
  run("dev");
  std::stop_source stop;
  std::mutex mutex;
  std::string mark;
  std::condition_variable told;
  fake.add_program({"serve"}, [&](testing::Process& process) {
    std::unique_lock lock(mutex);
    for (const auto& variable : process.info().env) {
      mark = variable.starts_with("INGOT_EXEC=") ? variable : mark;
    }
    stop.request_stop();
    told.wait(lock, [&] { return mark == "ended"; });
    return 143;
  });
  const auto passes_on = [](const auto& info) {
    return info.argv.size() == 6 && info.argv[4].starts_with("INGOT_EXEC=");
  };
  fake.add_program(passes_on, [&](testing::Process& process) {
    const std::lock_guard lock(mutex);
    if (process.info().argv[4] != mark) {
      return 1;
    }
    CHECK(process.info().argv[5] == std::to_string(SIGINT));
    mark = "ended";
    told.notify_all();
    return 0;
  });
  CHECK(session.instance_exec("dev", {.words = {"serve"}}, false, {},
                              {.stop = stop.get_token(), .abandon = {}, .number = [] { return SIGINT; }}) ==
        143);
}
