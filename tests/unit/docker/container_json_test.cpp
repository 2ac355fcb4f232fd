// SPDX-License-Identifier: Apache-2.0
#include "docker/container_json.hpp"
#include "base/error.hpp"
#include "recorded.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::docker {

namespace {

using nlohmann::json;

std::string cause_of(const std::string& text) {
  try {
    static_cast<void>(parse_container(text));
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::untrusted);
    return error.failure().message + ": " + error.failure().cause;
  }
  return "understood";
}

}  // namespace

TEST_CASE("a running container is read from a real answer", "[docker]") {
  const ContainerInfo info = parse_container(recorded("container.json"));
  CHECK(info.id == "59a05359b0993a74fe72c64400c471d2b567ffdc9906e2b12849c20cb425ca04");
  CHECK(info.name == "demo");
  CHECK(info.image == "demo:1");
  CHECK(info.image_id.starts_with("sha256:1c3235a4"));
  CHECK(info.state == "running");
  CHECK(info.pid == 5840);
  CHECK(info.exit_code == 0);
  CHECK(info.error.empty());
  CHECK(info.created == "2026-11-21T07:40:12.146875894Z");
  CHECK(info.started_at == "2026-11-21T07:40:12.876455998Z");
  CHECK(info.finished_at == "0001-01-01T00:00:00Z");
  CHECK(info.tty);
  CHECK(info.labels.at("role") == "worker");
  CHECK(info.labels.at("empty").empty());
  CHECK(info.env == std::vector<std::string>{"A=b c"});
}

TEST_CASE("the ports of a container are those that are published", "[docker]") {
  const ContainerInfo info = parse_container(recorded("container.json"));
  REQUIRE(info.ports.size() == 2);  // 9999 is only exposed
  CHECK(info.ports[0].container_port == 53);
  CHECK(info.ports[0].protocol == "udp");
  CHECK(info.ports[0].host_address == "0.0.0.0");
  CHECK(info.ports[0].host_port == 32769);
  CHECK(info.ports[1].container_port == 6443);
  CHECK(info.ports[1].protocol == "tcp");
  CHECK(info.ports[1].host_address == "127.0.0.1");
  CHECK(info.ports[1].host_port == 32776);
}

TEST_CASE("the mounts and networks of a container are read from a real answer", "[docker]") {
  const ContainerInfo info = parse_container(recorded("container.json"));
  REQUIRE(info.mounts.size() == 2);
  CHECK(info.mounts[0].type == "bind");
  CHECK(info.mounts[0].source == "/etc");
  CHECK(info.mounts[0].target == "/hostetc");
  CHECK(info.mounts[0].read_only);
  CHECK(info.mounts[0].propagation == "rprivate");
  CHECK(info.mounts[1].type == "volume");
  CHECK(info.mounts[1].source == "c5253d774683793c5be855e606120e323c4fa05cd8f8cd19f2052bd5d0719f4e");
  CHECK_FALSE(info.mounts[1].read_only);
  REQUIRE(info.networks.size() == 1);
  const auto& attachment = info.networks.at("demo-net");
  CHECK(attachment.ipv4 == "10.213.0.7");
  CHECK(attachment.gateway == "10.213.0.1");
  CHECK(attachment.ipv6.empty());
  CHECK(attachment.network_id.starts_with("be12c741"));
}

TEST_CASE("a container that never ran has no process, ports or addresses", "[docker]") {
  const ContainerInfo info = parse_container(recorded("container_created.json"));
  CHECK(info.name == "demo-idle");
  CHECK(info.state == "created");
  CHECK(info.pid == 0);
  CHECK_FALSE(info.tty);
  CHECK(info.env.empty());
  CHECK(info.ports.empty());
  CHECK(info.networks.at("bridge").ipv4.empty());
}

TEST_CASE("a list of containers is read from a real answer", "[docker]") {
  const auto list = parse_container_list(recorded("containers.json"));
  REQUIRE(list.size() == 2);
  CHECK(list[0].name == "demo-idle");
  CHECK(list[0].state == "created");
  CHECK(list[1].name == "demo");  // and not the name that it has as a link
  CHECK(list[1].image == "demo:1");
  CHECK(list[1].state == "running");
  CHECK(list[1].status == "Up Less than a second");
  CHECK(list[1].created == 1795246812);
  CHECK(list[1].labels.at("role") == "worker");
  CHECK(list[1].addresses.at("demo-net") == "10.213.0.7");
}

TEST_CASE("a list of containers is newest first", "[docker]") {
  const auto list =
      parse_container_list(R"([{"Id":"a","Created":1},{"Id":"b","Created":3},{"Id":"c","Created":2}])");
  REQUIRE(list.size() == 3);
  CHECK(list[0].id + list[1].id + list[2].id == "bca");
  CHECK(parse_container_list("[]").empty());
}

TEST_CASE("an answer that is not a container names the field at fault", "[docker]") {
  struct Row {
    const char* pointer;
    json value;
    const char* expected;
  };
  const auto row = GENERATE(values<Row>(
      {{"/Id", nullptr, "(Id): the field is missing"},
       {"/Id", 5, "(Id): expected a text, found number"},
       {"/State", "running", "(State): expected an object, found string"},
       {"/State", nullptr, "(State): the field is missing"},
       {"/State/Status", 1, "(State.Status): expected a text, found number"},
       {"/State/Pid", "12", "(State.Pid): expected a whole number, found string"},
       {"/State/Pid", 1.5, "(State.Pid): expected a whole number, found number"},
       {"/State/Pid", 18446744073709551615U, "(State.Pid): expected a smaller number, found number"},
       {"/Config", json::array(), "(Config): expected an object, found array"},
       {"/Config/Tty", "yes", "(Config.Tty): expected true or false, found string"},
       {"/Config/Env", "A=b", "(Config.Env): expected a list, found string"},
       {"/Config/Env", json::array({"A=b", 5}), "(Config.Env[1]): expected a text, found number"},
       {"/Config/Labels", json::array({"a"}), "(Config.Labels): expected an object, found array"},
       {"/Config/Labels/role", 7, "(Config.Labels.role): expected a text, found number"},
       {"/Mounts/0/Destination", nullptr, "(Mounts[0].Destination): the field is missing"},
       {"/NetworkSettings/Ports/x~1tcp", json::array(), "(NetworkSettings.Ports): 'x' is not a port"},
       {"/NetworkSettings/Ports/65536~1tcp", json::array(), "(NetworkSettings.Ports): '65536' is not a port"},
       {"/NetworkSettings/Ports/53~1udp/0/HostPort", "-1",
        "(NetworkSettings.Ports.HostPort): '-1' is not a port"},
       {"/NetworkSettings/Networks/demo-net", "x",
        "(NetworkSettings.Networks.demo-net): expected an object, found string"}}));
  json answer = json::parse(recorded("container.json"));
  answer[json::json_pointer(row.pointer)] = row.value;
  CHECK(cause_of(answer.dump()) == std::string("the engine's answer cannot be understood ") + row.expected);
}

TEST_CASE("fields that Go leaves out or writes as null are empty", "[docker]") {
  const char* pointer =
      GENERATE("/Config/Env", "/Config/Labels", "/Mounts", "/NetworkSettings", "/NetworkSettings/Ports",
               "/NetworkSettings/Networks", "/NetworkSettings/Networks/demo-net", "/State/Error", "/Image");
  json answer = json::parse(recorded("container.json"));
  answer[json::json_pointer(pointer)] = nullptr;
  CHECK(cause_of(answer.dump()) == "understood");
}

TEST_CASE("an answer that was cut anywhere is not trusted", "[docker]") {
  const std::string text = recorded("container_created.json");
  const std::size_t whole = text.find_last_of('}') + 1;
  for (std::size_t size = 0; size < whole; size += 7) {
    CHECK_THROWS_AS(parse_container(text.substr(0, size)), base::Error);
  }
}

TEST_CASE("memory in use does not count the page cache", "[docker]") {
  const UsageSample v1 = parse_usage(recorded("stats_cgroup1.json"));
  CHECK(v1.cpu_ns == 25'039'499);
  CHECK(v1.memory_bytes == 610'304);
  CHECK(v1.memory_limit == 25'276'510'208);
  const UsageSample v2 = parse_usage(
      R"({"cpu_stats":{"cpu_usage":{"total_usage":7}},
          "memory_stats":{"usage":1000,"limit":18446744073709551615,"stats":{"inactive_file":300,"file":600}}})");
  CHECK(v2.cpu_ns == 7);
  CHECK(v2.memory_bytes == 700);
  CHECK(v2.memory_limit == 18'446'744'073'709'551'615U);
  const UsageSample odd = parse_usage(R"({"memory_stats":{"usage":10,"stats":{"total_inactive_file":30}}})");
  CHECK(odd.memory_bytes == 0);
}

TEST_CASE("a container that does not run uses nothing", "[docker]") {
  const UsageSample sample =
      parse_usage(R"({"cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}})");
  CHECK(sample.cpu_ns == 0);
  CHECK(sample.memory_bytes == 0);
  CHECK(sample.memory_limit == 0);
}

TEST_CASE("a container's request holds only what was asked for", "[docker]") {
  CHECK(json::parse(to_json(ContainerSpec{.image = "a:1"})) ==
        json::parse(R"({"Image":"a:1","HostConfig":{}})"));
}

TEST_CASE("a container's request holds all that was asked for", "[docker]") {
  const ContainerSpec spec{.image = "a:1",
                           .hostname = "h",
                           .entrypoint = {"/init"},
                           .command = {"x", "y z"},
                           .env = {"A=b"},
                           .labels = {{"l", "v"}},
                           .tty = true,
                           .privileged = true,
                           .auto_remove = true,
                           .network_disabled = true,
                           .network = "net",
                           .ipv4_address = "10.0.0.9",
                           .ipv6_address = "fd00::9",
                           .security_options = {"seccomp=unconfined"},
                           .tmpfs = {{"/run", "size=1m"}},
                           .anonymous_volumes = {"/var"},
                           .binds = {"/a:/b:ro"},
                           .ports = {{.container_port = 80, .host_address = "127.0.0.1", .host_port = 8080},
                                     {.container_port = 80, .host_address = "::1"},
                                     {.container_port = 53, .protocol = "udp"}},
                           .devices = {{.host_path = "/dev/fuse", .container_path = "/dev/fuse"}},
                           .ulimits = {{.name = "nofile", .soft = 1024, .hard = -1}},
                           .sysctls = {{"net.x", "1"}},
                           .restart_policy = "on-failure",
                           .restart_retries = 2,
                           .private_cgroup_namespace = true,
                           .userns_mode = "host",
                           .init = false,
                           .extra_hosts = {"a:1.2.3.4"}};
  CHECK(json::parse(to_json(spec)) == json::parse(R"({
    "Image":"a:1","Hostname":"h","Entrypoint":["/init"],"Cmd":["x","y z"],"Env":["A=b"],"Labels":{"l":"v"},
    "Tty":true,"NetworkDisabled":true,"Volumes":{"/var":{}},"ExposedPorts":{"80/tcp":{},"53/udp":{}},
    "HostConfig":{"Binds":["/a:/b:ro"],"NetworkMode":"net","SecurityOpt":["seccomp=unconfined"],
      "Tmpfs":{"/run":"size=1m"},
      "PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"},{"HostIp":"::1","HostPort":""}],
                      "53/udp":[{"HostIp":"","HostPort":""}]},
      "Devices":[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"rwm"}],
      "Ulimits":[{"Name":"nofile","Soft":1024,"Hard":-1}],
      "Sysctls":{"net.x":"1"},"UsernsMode":"host","ExtraHosts":["a:1.2.3.4"],"Privileged":true,"AutoRemove":true,
      "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":2},"CgroupnsMode":"private","Init":false},
    "NetworkingConfig":{"EndpointsConfig":{"net":{"IPAMConfig":{"IPv4Address":"10.0.0.9","IPv6Address":"fd00::9"}}}}
  })"));
}

TEST_CASE("a text that is not UTF-8 cannot be asked for", "[docker]") {
  CHECK_THROWS_AS(to_json(ContainerSpec{.image = "a\xff"}), base::Error);
}

TEST_CASE("mounts are asked for with their kind", "[docker]") {
  const auto body = json::parse(to_json({.image = "i",
                                         .mounts = {{.source = "/a", .target = "/b", .read_only = true},
                                                    {.type = "volume", .source = "v", .target = "/c"}}}));
  CHECK(body["HostConfig"]["Mounts"] ==
        json::parse(R"([{"Type":"bind","Source":"/a","Target":"/b","ReadOnly":true},
                        {"Type":"volume","Source":"v","Target":"/c"}])"));
}

}  // namespace ingot::docker
