// SPDX-License-Identifier: Apache-2.0
#include "docker/system_json.hpp"
#include "base/error.hpp"
#include "recorded.hpp"

#include <catch2/catch.hpp>

namespace ingot::docker {

TEST_CASE("an engine is read from a real answer", "[docker]") {
  const EngineInfo info = parse_engine_info(recorded("info.json"));
  CHECK(info.server_version == "26.1.5+dfsg1");
  CHECK(info.name == "vm");
  CHECK(info.operating_system == "Debian GNU/Linux 12 (bookworm)");
  CHECK(info.architecture == "x86_64");
  CHECK(info.cgroup_version == "1");
  CHECK(info.cgroup_driver == "cgroupfs");
  CHECK(info.storage_driver == "overlay2");
  CHECK(info.backing_filesystem == "extfs");
  CHECK(info.root_dir == "/var/lib/docker");
  CHECK(info.runtimes == std::vector<std::string>{"io.containerd.runc.v2", "runc"});
  CHECK(info.default_runtime == "runc");
  CHECK(info.cpus == 2);
  CHECK(info.memory_bytes == 25'276'510'208);
  CHECK(info.security_options.size() == 1);
}

TEST_CASE("an engine that says nothing of itself is still one", "[docker]") {
  CHECK(parse_engine_info("{}").server_version.empty());
}

TEST_CASE("what is no engine is not trusted", "[docker]") {
  const std::string text = GENERATE("[]", "null", R"({"NCPU":"two"})", R"({"DriverStatus":["x"]})",
                                    R"({"DriverStatus":[[1,2]]})", R"({"Runtimes":[]})");
  CHECK_THROWS_AS(parse_engine_info(text), base::Error);
}

}  // namespace ingot::docker
