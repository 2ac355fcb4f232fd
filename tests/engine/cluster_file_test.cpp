// SPDX-License-Identifier: Apache-2.0
// What a cluster file asks for is what the engine is asked for, and what the nodes find.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace ingot;
using Catch::Matchers::Contains;
using cluster::Bootstrap;
using nlohmann::json;
using testing::ClusterFixture;

namespace {

constexpr const char* kContainerdConfig = "/etc/containerd/config.toml";

// The body of the request that made the node.
json asked_for(const ClusterFixture& fixture, const std::string& node) {
  for (const auto& request : fixture.fake.requests()) {
    const auto name = request.query.find("name");
    if (request.path == "/containers/create" && name != request.query.end() && name->second == node) {
      return json::parse(request.body);
    }
  }
  FAIL("no container '" << node << "' was asked for");
  return {};
}

// The value of a variable that the node gets, or "unset"; it must not be there twice.
std::string variable(const json& container, const std::string& name) {
  std::string value = "unset";
  for (const auto& entry : container.at("Env")) {
    if (const auto text = entry.get<std::string>(); text.starts_with(name + "=")) {
      CHECK(value == "unset");
      value = text.substr(name.size() + 1);
    }
  }
  return value;
}

}  // namespace

TEST_CASE_METHOD(ClusterFixture, "containerd finds its configuration patched before it first runs",
                 "[engine]") {
  const auto bootstrap = GENERATE(Bootstrap::native, Bootstrap::kubeadm);
  auto wanted = spec("one", 1);
  wanted.containerd_patches = {"[debug]\nlevel = 'warn'", "version = 2\n[debug]\nlevel = 'trace'"};
  wanted.containerd_json6902_patches = {R"([{"op":"add","path":"/debug/uid","value":7}])"};
  create(wanted, options(bootstrap));
  for (const auto& node : node_names()) {
    INFO(node);
    CHECK(fake.file(node, kContainerdConfig) == "version = 3\n\n[debug]\nlevel = \"warn\"\nuid = 7\n");
    const auto requests = fake.requests();
    const auto id = fake.containers_with_label("io.x-k8s.kind.cluster=one");
    const auto started = std::ranges::find_if(requests, [&](const auto& request) {
      return request.path.ends_with("/start") && std::ranges::any_of(id, [&](const auto& container) {
               return container.name == node && request.path.find(container.id) != std::string::npos;
             });
    });
    REQUIRE(started != requests.end());
    const auto patched = std::ranges::find_if(requests, [&](const auto& request) {
      return request.method == "PUT" && std::ranges::any_of(id, [&](const auto& container) {
               return container.name == node && request.path.find(container.id) != std::string::npos;
             });
    });
    CHECK(patched < started);
  }
  std::string told;
  for (const auto& event : events.events()) {
    if (const auto* mark = std::get_if<plan::StepMark>(&event.body)) {
      told += mark->text + "\n";
    }
  }
  CHECK_THAT(told, Contains("containerdConfigPatches[1] is for another version"));
}

TEST_CASE_METHOD(ClusterFixture, "without patches containerd's configuration is the image's", "[engine]") {
  create(spec("one"), options());
  CHECK(fake.file("one-control-plane", kContainerdConfig) == "version = 3\n[debug]\n  level = 'info'\n");
}

TEST_CASE_METHOD(ClusterFixture, "a containerd patch that does not fit is told, and nothing is left",
                 "[engine]") {
  const auto bootstrap = GENERATE(Bootstrap::native, Bootstrap::kubeadm);
  auto wanted = spec("one", 1);
  wanted.containerd_json6902_patches = {R"([{"op":"remove","path":"/nothing"}])"};
  try {
    create(wanted, options(bootstrap));
    FAIL("created");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    CHECK_THAT(error.failure().message, Contains("containerdConfigPatchesJSON6902[0]"));
    CHECK_THAT(error.failure().cause, Contains("nothing"));
  }
  CHECK(fake.containers().empty());
}

TEST_CASE_METHOD(ClusterFixture, "what only ingot's file can say reaches its node, and no other",
                 "[engine]") {
  auto wanted = spec("one", 1);
  auto& worker = wanted.nodes[1];
  worker.env = {{"GREETING", "hello"}, {"EMPTY", ""}};
  worker.devices = {{.host_path = "/dev/fuse"},
                    {.host_path = "/dev/kvm", .container_path = "/dev/other", .permissions = "r"}};
  worker.ulimits = {{.name = "nofile", .soft = 1024, .hard = 2048}, {.name = "memlock", .soft = -1}};
  create(wanted, options());
  const auto made = asked_for(*this, "one-worker");
  CHECK(variable(made, "GREETING") == "hello");
  CHECK(variable(made, "EMPTY").empty());
  CHECK(made.at("HostConfig").at("Devices") ==
        json::parse(R"([{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"rwm"},
                        {"PathOnHost":"/dev/kvm","PathInContainer":"/dev/other","CgroupPermissions":"r"}])"));
  CHECK(made.at("HostConfig").at("Ulimits") ==
        json::parse(R"([{"Name":"nofile","Soft":1024,"Hard":2048},{"Name":"memlock","Soft":-1,"Hard":-1}])"));
  const auto other = asked_for(*this, "one-control-plane");
  CHECK(variable(other, "GREETING") == "unset");
  CHECK_FALSE(other.at("HostConfig").contains("Devices"));
  CHECK_FALSE(other.at("HostConfig").contains("Ulimits"));
}

TEST_CASE_METHOD(ClusterFixture, "proxies come with everything excepted that is inside", "[engine]") {
  auto wanted = spec("one", 1);
  auto with_proxy = options();
  with_proxy.proxy_env = {"HTTPS_PROXY=http://proxy:3128", "NO_PROXY=example.org"};
  create(wanted, with_proxy);
  const auto made = asked_for(*this, "one-worker");
  CHECK(variable(made, "HTTPS_PROXY") == "http://proxy:3128");
  CHECK(variable(made, "https_proxy") == "http://proxy:3128");
  CHECK(variable(made, "HTTP_PROXY") == "unset");
  const auto exceptions = variable(made, "NO_PROXY");
  CHECK(variable(made, "no_proxy") == exceptions);
  CHECK_THAT(exceptions,
             Catch::Matchers::EndsWith(
                 "example.org,10.96.0.0/16,10.244.0.0/16,one-control-plane,one-worker,.svc,.svc.cluster,"
                 ".svc.cluster.local"));
  CHECK(exceptions.find('/') < exceptions.find("example.org"));  // the network's own, as the engine has it
}

TEST_CASE_METHOD(ClusterFixture, "search domains and the snapshotter are told to every node", "[engine]") {
  auto wanted = spec("one", 1);
  wanted.networking.dns_search = std::vector<std::string>{"a.example", "b"};
  auto chosen = options();
  chosen.node_env = {"KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER=native"};
  create(wanted, chosen);
  for (const auto& node : node_names()) {
    CHECK(variable(asked_for(*this, node), "KIND_DNS_SEARCH") == "a.example b");
    CHECK(variable(asked_for(*this, node), "KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER") == "native");
  }
  remove("one");
  wanted.networking.dns_search = std::vector<std::string>{};
  wanted.name = "two";
  create(wanted, options());
  CHECK(variable(asked_for(*this, "two-worker"), "KIND_DNS_SEARCH").empty());
  CHECK(variable(asked_for(*this, "two-worker"), "HTTP_PROXY") == "unset");
}

TEST_CASE_METHOD(ClusterFixture, "a port that nobody chose is pinned, and one left to the engine is not",
                 "[engine]") {
  auto wanted = spec("one");
  wanted.nodes[0].extra_port_mappings = {
      {.container_port = 80, .host_port = 0, .listen_address = "127.0.0.1"},
      {.container_port = 81,
       .host_port = -1,
       .listen_address = "127.0.0.1",
       .protocol = config::Protocol::udp}};
  create(wanted, options());
  const auto bindings = asked_for(*this, "one-control-plane").at("HostConfig").at("PortBindings");
  CHECK(std::stoi(bindings.at("80/tcp").at(0).at("HostPort").get<std::string>()) > 0);
  CHECK(bindings.at("81/udp").at(0).at("HostPort") == "");
  CHECK(std::stoi(bindings.at("6443/tcp").at(0).at("HostPort").get<std::string>()) > 0);
}
