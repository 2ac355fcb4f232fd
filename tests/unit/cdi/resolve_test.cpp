// SPDX-License-Identifier: Apache-2.0
#include "cdi/resolve.hpp"
#include "base/error.hpp"
#include "cdi/grant_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace ingot;
using Words = std::vector<std::string>;

namespace {

cdi::KnownDevice device_of(const std::string& file_edits, const std::string& device_edits) {
  const auto spec = std::make_shared<const cdi::Spec>(
      cdi::parse_spec("{cdiVersion: 1.1.0, kind: v.com/gpu, containerEdits: " + file_edits +
                      ", devices: [{name: a, containerEdits: " + device_edits + "}]}"));
  return {.name = "v.com/gpu=a", .file = "f", .spec = spec};
}

}  // namespace

TEST_CASE("edits of file and device are joined as the CDI library does it", "[cdi]") {
  const auto grant = cdi::resolve(device_of(
      "{env: [A=1, B=2], deviceNodes: [{path: /dev/ctl}, {path: /dev/x, hostPath: /dev/y}],"
      " mounts: [{hostPath: /s/deep, containerPath: /a/b/c, options: [ro]}], additionalGids: [0, 44]}",
      "{env: [A=9], deviceNodes: [{path: /dev/x}], mounts: [{hostPath: /s, containerPath: /a}], "
      "additionalGids: [44]}"));
  CHECK(grant.env == Words{"B=2", "A=9"});
  REQUIRE(grant.nodes.size() == 2);
  CHECK(grant.nodes[1].host_path == "/dev/x");
  REQUIRE(grant.mounts.size() == 2);
  CHECK(grant.mounts[0].path == "/a");
  CHECK(grant.mounts[1].read_only);
  CHECK(grant.gids == std::vector<std::int64_t>{44});
}

TEST_CASE("hooks of NVIDIA's toolkit, old and new, become what they do", "[cdi]") {
  const auto program = GENERATE(std::string("nvidia-cdi-hook"), std::string("nvidia-ctk, hook"));
  const auto hook = [&](const std::string& rest) {
    return "{hookName: createContainer, path: /x, args: [" + program + ", " + rest + "]}";
  };
  const auto grant = cdi::resolve(device_of(
      "{hooks: [" + hook("create-symlinks, --link, \"l.so.1::/usr/lib/l.so\", \"--link=../c::/dev/d\"") +
          ", " + hook("update-ldcache, --folder, /usr/lib/x, --folder=/usr/lib/y") + ", " +
          hook("disable-device-node-modification") + ", " + hook("enable-cuda-compat") + "]}",
      "{deviceNodes: [{path: /dev/x}]}"));
  REQUIRE(grant.links.size() == 2);
  CHECK(grant.links[0].path == "/usr/lib/l.so");
  CHECK(grant.links[1].target == "../c");
  CHECK(grant.library_folders == Words{"/usr/lib/x", "/usr/lib/y"});
  CHECK(grant.masks_params);
}

TEST_CASE("what a container that runs cannot be given is refused by name", "[cdi]") {
  const auto edits = GENERATE(as<std::string>(), "{intelRdt: {closID: x}}",
                              "{netDevices: [{hostInterfaceName: e, name: e}]}",
                              "{hooks: [{hookName: poststart, path: /opt/vendor/hook}]}",
                              "{mounts: [{hostPath: t, containerPath: /t, type: tmpfs}]}",
                              "{deviceNodes: [{path: /dev/n, permissions: none}]}");
  try {
    static_cast<void>(cdi::resolve(device_of(edits, "{deviceNodes: [{path: /dev/x}]}")));
    FAIL("nothing was refused");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::unsupported);
    CHECK_FALSE(error.failure().cause.empty());
  }
}

TEST_CASE("a grant goes through JSON as it is", "[cdi]") {
  const cdi::Grant grant{
      .device = "v.com/gpu=a",
      .env = {"A=1"},
      .nodes = {{.path = "/dev/x", .host_path = "/dev/y", .type = "c", .major = 1, .minor = 3}},
      .mounts = {{.host_path = "/h", .path = "/p", .read_only = true}},
      .links = {{.path = "/l", .target = "t"}},
      .library_folders = {"/f"},
      .gids = {7},
      .masks_params = true};
  const auto json = cdi::to_json(grant);
  CHECK(cdi::to_json(cdi::grant_of(json)) == json);
  CHECK_THROWS_AS(cdi::grant_of(nlohmann::json::object()), nlohmann::json::exception);
}
