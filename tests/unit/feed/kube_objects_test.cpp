// SPDX-License-Identifier: Apache-2.0
#include "feed/kube_objects.hpp"
#include "live/messages.hpp"
#include "live/protocol.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::feed {

namespace {

using live::Kind;
using nlohmann::json;

json metadata(const std::string& name) {
  return {{"name", name},
          {"namespace", "shop"},
          {"labels", {{"app", name}}},
          {"creationTimestamp", "2026-01-02T03:04:05Z"}};
}

json data_of(Kind kind, const json& object) {
  const auto made = to_object(kind, "demo", object);
  REQUIRE(made);
  return json::parse(made->data);
}

bool is_valid(const live::Object& object) {
  const auto text = live::set_change(1, object.subject, live::object_text(object), {}).message;
  const auto problems = live::problems_of(json::parse(text), live::Sender::server);
  CAPTURE(text, problems);
  CHECK(problems.empty());
  return problems.empty();
}

}  // namespace

TEST_CASE("Kubernetes objects: a pod", "[feed]") {
  const json pod{
      {"metadata", metadata("web-1")},
      {"spec",
       {{"nodeName", "demo-worker"},
        {"containers", {{{"name", "a"}, {"image", "web:1"}}, {{"name", "b"}, {"image", "log:2"}}}}}},
      {"status",
       {{"phase", "Running"},
        {"podIP", "10.244.1.7"},
        {"containerStatuses",
         {{{"ready", true}, {"restartCount", 1}, {"state", {{"running", json::object()}}}},
          {{"ready", false}, {"restartCount", 2}, {"state", {{"running", json::object()}}}}}}}}};
  const auto made = to_object(Kind::pod, "demo", pod);
  REQUIRE(made);
  CHECK(made->subject.id == "demo/shop/web-1");
  CHECK(made->subject.cluster == "demo");
  CHECK(made->subject.labels == std::map<std::string, std::string>{{"app", "web-1"}});
  CHECK(json::parse(made->data) == json{{"name", "web-1"},
                                        {"namespace", "shop"},
                                        {"node", "demo-worker"},
                                        {"phase", "Running"},
                                        {"ready", "1/2"},
                                        {"restarts", 3},
                                        {"address", "10.244.1.7"},
                                        {"images", {"web:1", "log:2"}},
                                        {"created", "2026-01-02T03:04:05Z"}});
  CHECK(is_valid(*made));
}

TEST_CASE("Kubernetes objects: a service", "[feed]") {
  const json service{
      {"metadata", metadata("web")},
      {"spec",
       {{"type", "NodePort"},
        {"clusterIPs", {"10.96.0.10", "None"}},
        {"externalIPs", {"192.0.2.1"}},
        {"selector", {{"app", "web"}}},
        {"ports",
         {{{"name", "http"}, {"port", 80}, {"targetPort", 8080}, {"protocol", "TCP"}, {"nodePort", 30080}},
          {{"port", 53}, {"targetPort", "dns"}, {"protocol", "UDP"}}}}}},
      {"status", {{"loadBalancer", {{"ingress", {{{"ip", "192.0.2.2"}}, {{"hostname", "lb.example"}}}}}}}}};
  const auto data = data_of(Kind::service, service);
  CHECK(data.at("ports") == json{"http:80->8080/TCP", "53->dns/UDP"});
  CHECK(data.at("nodePorts") == json::array({"30080->80/TCP"}));
  CHECK(data.at("addresses") == json{"10.96.0.10", "192.0.2.1", "192.0.2.2", "lb.example"});
  CHECK(data.at("selector") == json{{"app", "web"}});
  CHECK(data.at("type") == "NodePort");
}

TEST_CASE("Kubernetes objects: a deployment", "[feed]") {
  const json deployment{
      {"metadata", metadata("web")},
      {"spec", {{"replicas", 3}, {"template", {{"spec", {{"containers", {{{"image", "web:1"}}}}}}}}}},
      {"status", {{"readyReplicas", 1}, {"updatedReplicas", 2}}}};
  const auto data = data_of(Kind::deployment, deployment);
  CHECK(data.at("wanted") == 3);
  CHECK(data.at("ready") == 1);
  CHECK(data.at("updated") == 2);
  CHECK(data.at("images") == json::array({"web:1"}));
}

TEST_CASE("Kubernetes objects: a node tells only the conditions that are not as they should be", "[feed]") {
  const auto condition = [](const char* type, const char* status) {
    return json{{"type", type}, {"status", status}, {"reason", "Why"}};
  };
  json node{{"metadata", {{"name", "demo-worker"}, {"labels", {{"zone", "a"}}}}},
            {"spec", {{"unschedulable", true}}},
            {"status",
             {{"conditions", {condition("MemoryPressure", "False"), condition("Ready", "True")}},
              {"nodeInfo", {{"kubeletVersion", "v1.36.3"}}},
              {"addresses", {{{"type", "InternalIP"}, {"address", "172.18.0.3"}}}},
              {"capacity", {{"cpu", "2"}}},
              {"allocatable", {{"cpu", "1900m"}}}}}};
  const auto made = to_object(Kind::kube_node, "demo", node);
  REQUIRE(made);
  CHECK(made->subject.id == "demo/demo-worker");
  CHECK(is_valid(*made));
  auto data = json::parse(made->data);
  CHECK(data.at("ready") == true);
  CHECK(data.at("unschedulable") == true);
  CHECK(data.at("conditions").empty());
  CHECK(data.at("capacity") == json{{"cpu", "2"}});
  CHECK(data.at("allocatable") == json{{"cpu", "1900m"}});
  node["status"]["conditions"] = {condition("DiskPressure", "True"), condition("Ready", "Unknown")};
  data = data_of(Kind::kube_node, node);
  CHECK(data.at("ready") == false);
  CHECK(data.at("conditions") == json{"DiskPressure: Why", "Ready: Why"});
}

TEST_CASE("Kubernetes objects: an event, of either API", "[feed]") {
  json event{{"metadata", metadata("web.1")},
             {"involvedObject", {{"kind", "Pod"}, {"name", "web-1"}}},
             {"reason", "BackOff"},
             {"message", std::string(2000, 'x')},
             {"type", "Warning"},
             {"count", 4},
             {"lastTimestamp", "2026-01-02T04:00:00Z"}};
  auto data = data_of(Kind::event, event);
  CHECK(data.at("about") == "Pod/web-1");
  CHECK(data.at("message").get<std::string>().size() == 1024);
  CHECK(data.at("count") == 4);
  CHECK(data.at("at") == "2026-01-02T04:00:00Z");
  event.erase("count");
  event["lastTimestamp"] = nullptr;
  event["series"] = {{"count", 7}, {"lastObservedTime", "2026-01-02T05:00:00.123456Z"}};
  data = data_of(Kind::event, event);
  CHECK(data.at("count") == 7);
  CHECK(data.at("at") == "2026-01-02T05:00:00Z");
}

TEST_CASE("Kubernetes objects: whatever shape they have, what comes out is valid", "[feed]") {
  const std::vector<json> nonsense{nullptr,
                                   7,
                                   "text",
                                   json::array({1, "a", nullptr}),
                                   json::object(),
                                   {{"a", {{"b", 1}}}},
                                   {{"name", json::array()}},
                                   {{"conditions", 7}}};
  for (const auto& resource : kube_resources()) {
    for (const json& part : nonsense) {
      for (const char* member : {"spec", "status", "involvedObject", "count", "type", "message"}) {
        json object{{"metadata", {{"name", "a"}}}};
        object[member] = part;
        const auto made = to_object(resource.kind, "demo", object);
        REQUIRE(made);
        CHECK(is_valid(*made));
      }
      json unnamed;
      unnamed["metadata"] = part;
      CHECK((!to_object(resource.kind, "demo", unnamed) && !to_object(resource.kind, "demo", part)));
    }
  }
  CHECK(is_valid(to_kube_api("demo", "")));
  CHECK(is_valid(to_kube_api("demo", "nobody listens")));
}

TEST_CASE("Kubernetes objects: lists and texts are bounded", "[feed]") {
  json pod{{"metadata", {{"name", "a"}}}, {"spec", {{"containers", json::array()}}}};
  for (int i = 0; i < 1000; ++i) {
    pod["spec"]["containers"].push_back({{"image", std::string(5000, 'i')}});
  }
  const auto data = data_of(Kind::pod, pod);
  CHECK(data.at("images").size() == 256);
  CHECK(data.at("images").front().get<std::string>().size() == 1024);
}

}  // namespace ingot::feed
