// SPDX-License-Identifier: Apache-2.0
#include "cdi/spec.hpp"
#include "base/error.hpp"
#include "cdi/edits_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace ingot;
using Catch::Matchers::Contains;
using Problems = std::vector<std::string>;

namespace {

Problems problems_of(const std::string& text) {
  try {
    static_cast<void>(cdi::parse_spec(text));
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    return error.failure().problems;
  }
  return {"none"};
}

// What nvidia-ctk writes, shortened.
constexpr const char* kNvidia = R"(cdiVersion: 0.5.0
kind: nvidia.com/gpu
devices:
    - name: "0"
      containerEdits:
        deviceNodes:
            - path: /dev/nvidia0
              major: 195
              fileMode: 438
              permissions: rwm
containerEdits:
    env: [NVIDIA_VISIBLE_DEVICES=void]
    deviceNodes:
        - path: /dev/nvidiactl
    hooks:
        - hookName: createContainer
          path: /usr/bin/nvidia-cdi-hook
          args: [nvidia-cdi-hook, create-symlinks, --link, "libcuda.so.1::/usr/lib/x/libcuda.so"]
          env: [NVIDIA_CTK_DEBUG=false]
          timeout: 5
    mounts:
        - hostPath: /usr/lib/x/libcuda.so.1
          containerPath: /usr/lib/x/libcuda.so.1
          options: [ro, nosuid]
)";

std::string with_node(const std::string& version, const std::string& node) {
  return "{cdiVersion: " + version + ", kind: v.com/c, devices: [{name: a, containerEdits: {deviceNodes: [" +
         node + "]}}]}";
}

}  // namespace

TEST_CASE("a CDI file is read whole", "[cdi]") {
  const auto spec = cdi::parse_spec(kNvidia);
  CHECK(spec.kind == "nvidia.com/gpu");
  REQUIRE(spec.devices.size() == 1);
  const auto& node = spec.devices[0].edits.device_nodes.at(0);
  CHECK(node.path == "/dev/nvidia0");
  CHECK(node.major == 195);
  CHECK(node.file_mode == 438);
  CHECK_FALSE(node.minor);
  CHECK(spec.edits.hooks.at(0).args.size() == 4);
  CHECK(spec.edits.mounts.at(0).options == Problems{"ro", "nosuid"});
}

TEST_CASE("what is written reads back as the same", "[cdi]") {
  const auto spec = cdi::parse_spec(kNvidia);
  const auto again = cdi::parse_spec(cdi::to_json(spec).dump());
  CHECK(cdi::to_json(again) == cdi::to_json(spec));
}

TEST_CASE("a field needs the version that brought it", "[cdi]") {
  CHECK(problems_of(with_node("0.4.0", "{path: /dev/a, hostPath: /dev/null}")) ==
        Problems{"cdiVersion: it must be at least 0.5.0 for hostPath of a device node"});
  CHECK(problems_of(with_node("0.5.0", "{path: /dev/a, hostPath: /dev/null}")) == Problems{"none"});
  CHECK(problems_of("{cdiVersion: 0.6.0, kind: v.com/c, devices: [{name: a, containerEdits: {additionalGids: "
                    "[4]}}]}") == Problems{"cdiVersion: it must be at least 0.7.0 for additionalGids"});
  CHECK(problems_of(with_node("9.9.9", "{path: /dev/a}")) ==
        Problems{"cdiVersion: '9.9.9' is no version that is known"});
  CHECK(problems_of(with_node("v1.1.0", "{path: /dev/a}")) == Problems{"none"});
}

TEST_CASE("every problem of a CDI file is told at once", "[cdi]") {
  const auto problems = problems_of(
      "{cdiVersion: 1.0.0, kind: gpu, surprise: 1, devices: [{name: -x, containerEdits: {}},"
      " {name: w, containerEdits: {env: [A], deviceNodes: [{path: dev/a, type: z, permissions: q}]}},"
      " {name: w, containerEdits: {hooks: [{hookName: never, path: /x}]}}]}");
  CHECK(problems.size() == 10);
  CHECK_THAT(problems, Catch::Matchers::VectorContains(std::string("surprise: no CDI file has this")));
  CHECK_THAT(problems, Catch::Matchers::VectorContains(std::string("devices[2].name: 'w' is there twice")));
}

TEST_CASE("what is no CDI file at all is refused", "[cdi]") {
  const auto text = GENERATE("", "[]", "just text", "{}", "a: [", "{cdiVersion: [1], kind: 3, devices: {}}");
  CHECK_THROWS_AS(cdi::parse_spec(text), base::Error);
}

TEST_CASE("paths that leave their place are refused", "[cdi]") {
  CHECK_THAT(problems_of(with_node("0.5.0", "{path: /dev/../etc/passwd}")).front(),
             Contains("no absolute path"));
}

TEST_CASE("qualified names are taken apart, and nothing else is", "[cdi]") {
  const auto name = cdi::parse_name("nvidia.com/gpu=0:1");
  REQUIRE(name);
  CHECK(name->kind == "nvidia.com/gpu");
  CHECK(name->name == "0:1");
  for (const auto* text : {"", "0", "gpu=0", "a/b=", "a/b", "/b=1", "1a/b=c", "a/b=c=d", "a/b=-"}) {
    CHECK_FALSE(cdi::parse_name(text));
  }
}
