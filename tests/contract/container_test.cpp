// SPDX-License-Identifier: Apache-2.0
// What we believe about containers.
#include "contract/subject.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace ingot::contract;
using ingot::base::ErrorCode;
using nlohmann::json;
using namespace std::chrono_literals;

TEMPLATE_TEST_CASE("a container goes through created, running and exited", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    CHECK(subject.engine.inspect_container(id, {})->state == "created");
    subject.start_waiting(id);
    const auto running = subject.engine.inspect_container(subject.name("a"), {});
    REQUIRE(running);
    CHECK(running->id == id);
    CHECK(running->name == subject.name("a"));
    CHECK(running->state == "running");
    CHECK(running->pid > 0);
    subject.engine.stop_container(id, 5s, {});
    const auto exited = subject.engine.inspect_container(id, {});
    CHECK(exited->state == "exited");
    CHECK(exited->exit_code == 143);
    CHECK(exited->pid == 0);
  });
}

TEMPLATE_TEST_CASE("starting what runs and stopping what does not is a 304", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    CHECK(subject.ask("POST", "/v1.41/containers/" + id + "/stop").status == 304);
    CHECK(subject.ask("POST", "/v1.41/containers/" + id + "/start").status == 204);
    CHECK(subject.ask("POST", "/v1.41/containers/" + id + "/start").status == 304);
  });
}

TEMPLATE_TEST_CASE("a container's name in use is a conflict that names its owner", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    CHECK(error_of([&] { static_cast<void>(subject.create("a", subject.spec())); }) ==
          ErrorCode::already_exists);
    const auto answer = subject.ask("POST", "/v1.41/containers/create?name=" + subject.name("a"),
                                    json{{"Image", subject.image()}, {"Cmd", {"/probe"}}});
    CHECK(answer.status == 409);
    CHECK(answer.message ==
          "Conflict. The container name \"/" + subject.name("a") + "\" is already in use by container \"" +
              id + "\". You have to remove (or rename) that container to be able to reuse that name.");
  });
}

TEMPLATE_TEST_CASE("a container needs an image that is there, a command and a good name", "[contract]",
                   OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    auto spec = subject.spec();
    spec.image = "ingot-contract/no-such:1";
    CHECK(error_of([&] { static_cast<void>(subject.create("a", spec)); }) == ErrorCode::image_missing);
    const auto no_image = subject.ask("POST", "/v1.41/containers/create", json{{"Image", spec.image}});
    CHECK(no_image.status == 404);
    CHECK(no_image.message == "No such image: ingot-contract/no-such:1");
    const auto no_command = subject.ask("POST", "/v1.41/containers/create", json{{"Image", subject.image()}});
    CHECK(no_command.status == 400);
    CHECK(no_command.message == "no command specified");
    const auto bad_name = subject.ask("POST", "/v1.41/containers/create?name=-bad",
                                      json{{"Image", subject.image()}, {"Cmd", {"/probe"}}});
    CHECK(bad_name.status == 400);
    CHECK(bad_name.message == "Invalid container name (-bad), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
  });
}

TEMPLATE_TEST_CASE("a program that is not in the image fails the start and leaves the container created",
                   "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    auto spec = subject.spec();
    spec.command = {"/missing"};
    const auto id = subject.create("a", spec);
    const auto answer = subject.ask("POST", "/v1.41/containers/" + id + "/start");
    CHECK(answer.status == 400);
    CHECK_THAT(answer.message,
               Catch::Contains("exec: \"/missing\": stat /missing: no such file or directory"));
    const auto info = subject.engine.inspect_container(id, {});
    CHECK(info->state == "created");
    CHECK(info->exit_code == 127);
    CHECK(info->error == answer.message);
  });
}

TEMPLATE_TEST_CASE("what is not there is a 404 with a word about it", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const std::string name = subject.name("nobody");
    const std::string path = "/v1.41/containers/" + name;
    for (const auto& [method, rest] :
         std::vector<std::pair<std::string, std::string>>{{"GET", "/json"},
                                                          {"POST", "/start"},
                                                          {"POST", "/stop"},
                                                          {"POST", "/wait"},
                                                          {"GET", "/logs?stdout=1"},
                                                          {"GET", "/stats?stream=0&one-shot=1"},
                                                          {"GET", "/archive?path=/"},
                                                          {"DELETE", "?force=1"}}) {
      const auto answer = subject.ask(method, path + rest);
      INFO(method << " " << rest);
      CHECK(answer.status == 404);
      CHECK(answer.message == "No such container: " + name);
    }
    const auto kill = subject.ask("POST", path + "/kill");
    CHECK(kill.status == 404);
    CHECK(kill.message == "cannot kill container: " + name + ": No such container: " + name);
    CHECK_FALSE(subject.engine.inspect_container(name, {}));
    CHECK_FALSE(subject.engine.remove_container(name, {}));
  });
}

TEMPLATE_TEST_CASE("a running container is removed by force only", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    const auto answer = subject.ask("DELETE", "/v1.41/containers/" + id);
    CHECK(answer.status == 409);
    CHECK(answer.message ==
          "cannot remove container \"/" + subject.name("a") +
              "\": container is running: stop the container before removing or force remove");
    CHECK(subject.engine.remove_container(id, {}));
    CHECK_FALSE(subject.engine.remove_container(id, {}));
  });
}

TEMPLATE_TEST_CASE("a kill ends a container with 128 + the signal", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a");
    CHECK(subject.ask("POST", "/v1.41/containers/" + id + "/kill?signal=WHAT").status == 400);
    subject.engine.kill_container(id, "KILL", {});
    CHECK(subject.engine.wait_container(id, {}) == 137);
    const auto again = subject.ask("POST", "/v1.41/containers/" + id + "/kill?signal=KILL");
    CHECK(again.status == 409);
    CHECK(again.message == "cannot kill container: " + id + ": container " + id + " is not running");
    const auto other = subject.run("b");
    subject.engine.kill_container(other, "TERM", {});
    CHECK(subject.engine.wait_container(other, {}) == 143);
  });
}

TEMPLATE_TEST_CASE("a wait tells the exit code of a container that has ended", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.run("a", {"say", "", "", "3"});
    CHECK(subject.engine.wait_container(id, {}) == 3);
    CHECK(subject.engine.wait_container(id, {}) == 3);
    const auto answer = subject.ask("POST", "/v1.41/containers/" + id + "/wait?condition=nonsense");
    CHECK(answer.status == 400);
    CHECK(answer.message == "invalid condition: \"nonsense\"");
  });
}

TEMPLATE_TEST_CASE("a container that removes itself is gone after its end", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    auto spec = subject.spec({"wait"});
    spec.auto_remove = true;
    const auto id = subject.create("a", spec);
    subject.engine.start_container(id, {});
    subject.engine.kill_container(id, "KILL", {});
    // 404 if it is gone already
    static_cast<void>(subject.ask("POST", "/v1.41/containers/" + id + "/wait?condition=removed"));
    CHECK_FALSE(subject.engine.inspect_container(id, {}));
  });
}

TEMPLATE_TEST_CASE("containers are listed by label, the stopped ones too", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    auto spec = subject.spec();
    spec.labels["kind"] = "x";
    static_cast<void>(subject.create("a", spec));
    const auto b = subject.run("b");
    CHECK(subject.engine.list_containers({subject.label()}, {}).size() == 2);
    const auto found = subject.engine.list_containers({subject.label(), "kind"}, {});
    REQUIRE(found.size() == 1);
    CHECK(found.front().name == subject.name("a"));
    CHECK(found.front().state == "created");
    CHECK(found.front().image == subject.image());
    CHECK(subject.engine.list_containers({subject.label(), "kind=y"}, {}).empty());
    const std::string filter =
        "%7B%22label%22%3A%5B%22dev.ingot.contract%3D" + subject.name("") + "%22%5D%7D";
    const auto running = subject.ask("GET", "/v1.41/containers/json?filters=" + filter);
    REQUIRE(running.json.size() == 1);
    CHECK(running.json.at(0).at("Id") == b);
    CHECK(running.json.at(0).at("Names") == json::array({"/" + subject.name("b")}));
  });
}

TEMPLATE_TEST_CASE("a filter that no engine knows is a 400", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto unknown =
        subject.ask("GET", "/v1.41/containers/json?filters=%7B%22nonsense%22%3A%5B%22a%22%5D%7D");
    CHECK(unknown.status == 400);
    CHECK(unknown.message == "invalid filter 'nonsense'");
    CHECK(subject.ask("GET", "/v1.41/containers/json?filters=xx").status == 400);
  });
}

TEMPLATE_TEST_CASE("a container shows its mounts, a volume under its generated name", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    auto spec = subject.spec();
    spec.binds = {"/usr:/host:ro"};
    spec.anonymous_volumes = {"/var"};
    auto info = subject.engine.inspect_container(subject.create("a", spec), {});
    REQUIRE(info);
    REQUIRE(info->mounts.size() == 2);
    std::ranges::sort(info->mounts, {},
                      [](const auto& mount) { return mount.target; });  // engines have no order
    CHECK(info->mounts[0].type == "bind");
    CHECK(info->mounts[0].source == "/usr");
    CHECK(info->mounts[0].target == "/host");
    CHECK(info->mounts[0].read_only);
    CHECK(info->mounts[1].type == "volume");
    CHECK(info->mounts[1].target == "/var");
    CHECK(info->mounts[1].source.size() == 64);
  });
}

TEMPLATE_TEST_CASE("usage grows while a container runs and is nothing before", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    CHECK(subject.engine.usage(id, {}).cpu_ns == 0);
    subject.engine.start_container(id, {});
    const auto sample = subject.engine.usage(id, {});
    CHECK(sample.cpu_ns > 0);
    CHECK(sample.memory_bytes > 0);
    CHECK(sample.memory_limit > sample.memory_bytes);
  });
}

TEMPLATE_TEST_CASE("a paused container is neither started nor entered, until it goes on", "[contract]",
                   OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    const std::string path = "/v1.41/containers/" + id;
    CHECK(subject.ask("POST", path + "/pause").message == "container " + id + " is not running");
    subject.start_waiting(id);
    CHECK(subject.ask("POST", path + "/unpause").message == "Container " + id + " is not paused");
    CHECK(subject.ask("POST", path + "/pause").status == 204);
    CHECK(subject.engine.inspect_container(id, {})->state == "paused");
    const auto again = subject.ask("POST", path + "/pause");
    CHECK(again.status == 409);
    CHECK(again.message == "Container " + id + " is already paused");
    CHECK(subject.ask("POST", path + "/start").message ==
          "cannot start a paused container, try unpause instead");
    CHECK(subject.ask("POST", path + "/exec", json{{"Cmd", {"/probe"}}}).status == 409);
    CHECK(subject.ask("POST", path + "/unpause").status == 204);
    CHECK(subject.engine.inspect_container(id, {})->state == "running");
  });
}

TEMPLATE_TEST_CASE("a paused container can be stopped", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto id = subject.create("a", subject.spec());
    subject.start_waiting(id);
    subject.engine.pause_container(id, {});
    subject.engine.stop_container(id, 5s, {});
    CHECK(subject.engine.inspect_container(id, {})->state == "exited");
  });
}
