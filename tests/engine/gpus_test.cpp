// SPDX-License-Identifier: Apache-2.0
// Devices to and from nodes of the fake engine.
#include "base/error.hpp"
#include "device/agent.hpp"
#include "engine/engine_fixture.hpp"
#include "engine/gpus_fixture.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

using namespace ingot;
using attach::Verb;
using Catch::Matchers::Contains;
using nlohmann::json;
using testing::failure_of;
using Names = std::vector<std::string>;

namespace {

constexpr const char* kCheckpoint = "/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint";

class Gpus : public testing::GpusFixture {
 public:
  Gpus() {
    fake.add_program({"systemctl", "is-active"}, testing::scripted({}));
    fake.add_program({"sh", "-c", device::start_plugin()}, [this](testing::Process&) {
      ++plugin_starts;
      return 0;
    });
    fake.add_program({"sh", "-c", device::stop_plugin()}, [this](testing::Process&) {
      ++plugin_stops;
      return 0;
    });
    fake.add_program({"cat", "/run/ingot/device-plugin.json"}, [this](testing::Process& process) {
      process.out(told);
      return 0;
    });
    create(spec("one", 2), options());
  }

  // Attached.
  attach::Result offer(const std::string& node, const Names& devices, const attach::Offering& offering) {
    return session.change_devices(roots, {.node = node, .devices = devices, .offering = offering}, {}, {},
                                  events);
  }
  // As a kubelet keeps it of a pod that has `ids`.
  void let_a_pod_have(const std::string& node, const Names& ids) {
    auto api = nodes.api("one-control-plane");
    api->create("/api/v1/namespaces/default/pods",
                {{"apiVersion", "v1"},
                 {"kind", "Pod"},
                 {"metadata", {{"name", "train"}, {"namespace", "default"}}},
                 {"spec", {{"nodeName", node}}}});
    const auto uid = api->get("/api/v1/namespaces/default/pods/train")->at("metadata").at("uid");
    const json entry = {{"PodUID", uid}, {"ResourceName", "v.com/gpu"}, {"DeviceIDs", {{"-1", ids}}}};
    put(node, kCheckpoint, json{{"Data", {{"PodDeviceEntries", {entry}}}}}.dump());
  }
  json node_object(const std::string& node) {
    return nodes.api("one-control-plane")->get("/api/v1/nodes/" + node).value();
  }

  int plugin_starts = 0;
  int plugin_stops = 0;
  std::string told = R"({"v.com/gpu": ["0"]})";  // what the plugin tells its kubelet
};

}  // namespace

TEST_CASE_METHOD(Gpus, "a device is given to a node, and taken from it again", "[engine]") {
  const auto attached = change(Verb::attach, "one-worker", {"0"});
  CHECK(attached.changed == Names{"v.com/gpu=0"});
  CHECK(attached.subject == "node/one-worker");
  CHECK(session.device_status({}, {}).front().subject == "node/one-worker");
  CHECK(session.device_subject("one-worker", {}) == "node/one-worker");
  CHECK(given("one-worker") == Names{"v.com/gpu=0"});
  CHECK(last_request.at("hidden") == json{"/dev/fake1", "/dev/fake2"});
  CHECK(last_request.at("awaitMs") > 0);
  const auto helpers = fake.containers_with_label("dev.ingot.throw-away");
  CHECK(helpers.empty());
  CHECK(change(Verb::attach, "one-worker", {"0"}).changed.empty());
  const auto detached = change(Verb::detach, "one-worker", {"v.com/gpu=0"});
  CHECK(detached.changed == Names{"v.com/gpu=0"});
  CHECK(given("one-worker").empty());
}

TEST_CASE_METHOD(Gpus, "a device that was taken stays away over a restart", "[engine]") {
  change(Verb::attach, "one-worker", {"0", "1"});
  change(Verb::detach, "one-worker", {"1"});
  CHECK(last_request.at("hidden") == json{"/dev/fake2", "/dev/fake1"});
}

TEST_CASE_METHOD(Gpus, "the cluster knows how many there are", "[engine]") {
  change(Verb::attach, "one-worker", {"0", "1"});
  const auto patched = nodes.api("one-control-plane")->get("/api/v1/nodes/one-worker");
  REQUIRE(patched);
  CHECK(patched->at("status").at("allocatable").at("v.com/gpu") == "2");
  CHECK(patched->at("metadata").at("labels").at("v.com/gpu.count") == "2");
  change(Verb::detach, "one-worker", {"all"});
  CHECK(nodes.api("one-control-plane")
            ->get("/api/v1/nodes/one-worker")
            ->at("status")
            .at("capacity")
            .at("v.com/gpu") == "0");
}

TEST_CASE_METHOD(Gpus, "what another node has is refused, all of it at once, unless they shall share",
                 "[engine]") {
  change(Verb::attach, "one-worker", {"0", "1"});
  const auto failure = refusal(Verb::attach, "one-worker2", {"all"});
  CHECK(failure.code == base::ErrorCode::invalid_input);
  CHECK(failure.problems ==
        Names{"v.com/gpu=0 is given to one-worker", "v.com/gpu=1 is given to one-worker"});
  CHECK(given("one-worker2").empty());
  change(Verb::attach, "one-worker2", {"0"}, true);
  CHECK(given("one-worker2") == Names{"v.com/gpu=0"});
}

TEST_CASE_METHOD(Gpus, "what cannot be meant changes nothing", "[engine]") {
  change(Verb::attach, "one-worker", {"0"});
  const auto failure = refusal(Verb::attach, "one-worker", {"7", "1", "1"});
  CHECK(failure.problems == Names{"'7': there is no such device", "'1': v.com/gpu=1 is named twice"});
  CHECK(refusal(Verb::detach, "one-worker", {"1"}).problems == Names{"'1': it has no such device"});
  CHECK(refusal(Verb::attach, "ghost", {"1"}).code == base::ErrorCode::not_found);
  CHECK(refusal(Verb::attach, "ghost", {"1"}).message == "there is no node and no instance named 'ghost'");
  CHECK(given("one-worker") == Names{"v.com/gpu=0"});
}

TEST_CASE_METHOD(Gpus, "a device that a pod has stays, and the pod is named", "[engine]") {
  change(Verb::attach, "one-worker", {"0"});
  let_a_pod_have("one-worker", {"0"});
  const auto failure = refusal(Verb::detach, "one-worker", {"0"});
  CHECK(failure.code == base::ErrorCode::already_exists);
  CHECK(failure.problems == Names{"pod default/train has v.com/gpu=0"});
  CHECK(given("one-worker") == Names{"v.com/gpu=0"});
  const auto statuses = session.device_status({}, {});
  REQUIRE(statuses.size() == 1);
  CHECK(statuses[0].state == "ready");
  CHECK(statuses[0].pods == Names{"default/train"});
}

TEST_CASE_METHOD(Gpus, "a device that a pod has stays, also when nobody waits for the cluster", "[engine]") {
  change(Verb::attach, "one-worker", {"0"});
  let_a_pod_have("one-worker", {"0"});
  const auto failure = failure_of([&] {
    session.change_devices(roots, {.verb = Verb::detach, .node = "one-worker", .devices = {"0"}},
                           {.wait = false}, {}, events);
  });
  CHECK(failure.problems == Names{"pod default/train has v.com/gpu=0"});
}

TEST_CASE_METHOD(Gpus, "pods share a device, and the cluster counts replicas", "[engine]") {
  CHECK(offer("one-worker", {"0"}, {.replicas = 3}).changed == Names{"v.com/gpu=0"});
  CHECK(last_request.at("grants").at(0).at("replicas") == 3);
  const auto node = node_object("one-worker");
  CHECK(node.at("status").at("allocatable").at("v.com/gpu") == "3");
  const auto& labels = node.at("metadata").at("labels");
  CHECK(labels.at("v.com/gpu.count") == "1");
  CHECK(labels.at("v.com/gpu.replicas") == "3");
  CHECK(labels.at("v.com/gpu.sharing-strategy") == "time-slicing");
  told = R"({"v.com/gpu": ["0::0", "0::1", "0::2"]})";
  let_a_pod_have("one-worker", {"0::1", "0::2"});
  const auto statuses = session.device_status({}, {});
  REQUIRE(statuses.size() == 1);
  CHECK(statuses[0].state == "ready");
  CHECK(statuses[0].replicas == 3);
  CHECK(statuses[0].pods == Names{"default/train"});
  CHECK(refusal(Verb::detach, "one-worker", {"0"}).problems == Names{"pod default/train has v.com/gpu=0"});
  told = R"({"v.com/gpu": ["0"]})";  // of before
  CHECK(session.device_status({}, {}).at(0).state == "absent");
}

TEST_CASE_METHOD(Gpus, "all devices of a kind are shared alike, and stay so", "[engine]") {
  change(Verb::attach, "one-worker", {"0"});
  CHECK(offer("one-worker", {"1"}, {.replicas = 2}).changed == Names{"v.com/gpu=1", "v.com/gpu=0"});
  CHECK(node_object("one-worker").at("status").at("allocatable").at("v.com/gpu") == "4");
  CHECK(change(Verb::attach, "one-worker", {"0", "1"}).changed.empty());
  change(Verb::attach, "one-worker", {"2"});
  CHECK(node_object("one-worker").at("status").at("allocatable").at("v.com/gpu") == "6");
  session.reconcile_devices(roots, {}, {}, {}, events);
  CHECK(last_request.at("grants").at(0).at("replicas") == 2);
  CHECK(offer("one-worker", {"0"}, {.replicas = 1}).changed.size() == 3);
  const json labels = node_object("one-worker").at("metadata").at("labels");
  CHECK(labels.at("v.com/gpu.replicas") == "1");
  CHECK(labels.at("v.com/gpu.sharing-strategy") == "none");
}

TEST_CASE_METHOD(Gpus, "how many share a device is left as it is while a pod has it", "[engine]") {
  offer("one-worker", {"0"}, {.replicas = 2});
  let_a_pod_have("one-worker", {"0::1"});
  const auto failure = failure_of([&] { offer("one-worker", {"0"}, {.replicas = 3}); });
  CHECK(failure.code == base::ErrorCode::already_exists);
  CHECK(failure.problems == Names{"pod default/train has v.com/gpu=0"});
  CHECK(last_request.at("grants").at(0).at("replicas") == 2);
}

TEST_CASE_METHOD(Gpus, "another plugin may tell the kubelet instead of ingot's", "[engine]") {
  const auto result = offer("one-worker", {"0"}, {.own_plugin = false});
  CHECK(result.changed_plugin);
  CHECK_FALSE(result.own_plugin);
  CHECK(plugin_stops == 1);
  CHECK(last_request.at("awaitMs") == 0);
  const auto node = node_object("one-worker");
  CHECK(node.at("metadata").at("labels").at("v.com/gpu.present") == "true");  // whom others select by
  CHECK_FALSE(node.at("metadata").at("labels").contains("v.com/gpu.replicas"));
  CHECK_FALSE(node.at("status").value("allocatable", json::object()).contains("v.com/gpu"));
  CHECK(session.device_status({}, {}).at(0).state == "given");
  change(Verb::attach, "one-worker", {"1"});  // stays so
  CHECK(last_request.at("tellsKubelet") == false);
  const auto back = offer("one-worker", {"0"}, {.own_plugin = true});
  CHECK(back.changed.empty());
  CHECK(back.changed_plugin);
  CHECK(last_request.at("tellsKubelet") == true);
  CHECK(node_object("one-worker").at("status").at("allocatable").at("v.com/gpu") == "2");
}

TEST_CASE_METHOD(Gpus, "a change of devices that fails is taken back", "[engine]") {
  change(Verb::attach, "one-worker", {"0"});
  failures = 1;
  const auto failure = refusal(Verb::attach, "one-worker", {"1"});
  CHECK_THAT(failure.cause, Contains("the machine has no device /dev/null"));
  CHECK(given("one-worker") == Names{"v.com/gpu=0"});
  CHECK(last_request.at("grants").size() == 1);  // the undo's
}

TEST_CASE_METHOD(Gpus, "a node that starts again is given its devices again, before anything is waited for",
                 "[engine]") {
  change(Verb::attach, "one-worker", {"0"});
  last_request = {};
  session.change_cluster(lifecycle::Verb::restart, {.cluster = "one", .nodes = {"one-worker"}}, {}, {},
                         events);
  REQUIRE(last_request.is_object());
  CHECK(last_request.at("grants").at(0).at("device") == "v.com/gpu=0");
  CHECK(last_request.at("hidden") == json{"/dev/fake1", "/dev/fake2"});
}

TEST_CASE_METHOD(Gpus, "reconciling tells what the machine has lost", "[engine]") {
  change(Verb::attach, "one-worker", {"0", "1"});
  std::ofstream(home / "fake.yaml")
      << "cdiVersion: 0.5.0\nkind: v.com/gpu\ndevices:\n- {name: \"1\", containerEdits: {env: [A=B]}}\n";
  const auto results = session.reconcile_devices(roots, {}, {}, {}, events);
  REQUIRE(results.size() == 1);
  CHECK(results[0].lost == Names{"v.com/gpu=0"});
  CHECK(given("one-worker") == Names{"v.com/gpu=1"});
}

TEST_CASE_METHOD(Gpus, "devices for nodes to come are chosen before anything is made", "[engine]") {
  change(Verb::attach, "one-worker", {"1"});
  const auto requests = session.distribute_devices(
      roots, {{.node = "two-worker", .count = 1}, {.node = "two-worker2", .names = {"0"}}}, {});
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].devices == Names{"v.com/gpu=0"});
  CHECK(requests[1].devices == Names{"v.com/gpu=2"});
  const auto failure = failure_of([&] {
    static_cast<void>(session.distribute_devices(
        roots, {{.node = "a", .count = 3}, {.node = "b", .names = {"1", "9"}}}, {}));
  });
  CHECK(failure.problems == Names{"b: '9': there is no such device", "b: v.com/gpu=1 is given to one-worker",
                                  "a: 3 wanted, 2 free"});
}

TEST_CASE_METHOD(Gpus, "all is for nodes that are made together, and not what others have", "[engine]") {
  const std::vector<attach::Wish> wishes = {{.node = "one-worker", .all = true},
                                            {.node = "one-worker2", .all = true}};
  change(Verb::attach, "one-control-plane", {"1"});
  const auto failure = failure_of([&] { static_cast<void>(session.distribute_devices(roots, wishes, {})); });
  CHECK(failure.problems == Names{"one-worker: v.com/gpu=1 is given to one-control-plane",
                                  "one-worker2: v.com/gpu=1 is given to one-control-plane"});
  change(Verb::detach, "one-control-plane", {"1"});
  for (const auto& request : session.distribute_devices(roots, wishes, {})) {
    session.change_devices(roots, request, {}, {}, events);
  }
  CHECK(given("one-worker").size() == 3);
  CHECK(given("one-worker2").size() == 3);
}

TEST_CASE_METHOD(Gpus, "the list tells who has what", "[engine]") {
  change(Verb::attach, "one-worker", {"1"});
  const auto listing = session.list_devices(roots, {});
  REQUIRE(listing.devices.size() == 3);
  CHECK(listing.devices[0].nodes.empty());
  CHECK(listing.devices[1].nodes == Names{"one-worker"});
}

TEST_CASE_METHOD(Gpus, "an agent of another ingot is replaced, and one of ours is left alone", "[engine]") {
  change(Verb::attach, "one-worker", {"0"});
  CHECK(fake.file("one-worker", kAgent) == device::agent_program());
  CHECK(plugin_starts == 1);
  change(Verb::attach, "one-worker", {"1"});
  CHECK(plugin_starts == 1);
  put("one-worker", kAgent, "an older one");
  change(Verb::attach, "one-worker", {"2"});
  CHECK(fake.file("one-worker", kAgent) == device::agent_program());
  CHECK(plugin_starts == 2);
}
