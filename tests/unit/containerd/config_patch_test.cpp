// SPDX-License-Identifier: Apache-2.0
#include "containerd/config_patch.hpp"

#include "base/error.hpp"
#include "containerd/toml.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::containerd {
namespace {

using nlohmann::json;

constexpr const char* kConfig = R"(# a comment
version = 2
[proxy_plugins."fuse-overlayfs"]
  type = "snapshot"
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  discard_unpacked_layers = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
)";

json patched(const ConfigPatches& patches) {
  return read_toml(patch_config(kConfig, patches).text);
}

std::string refusal(const std::string& config, const ConfigPatches& patches) {
  try {
    (void)patch_config(config, patches);
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    return std::string(base::to_id(failure.code)) + ": " + failure.message + ": " + failure.cause;
  }
  return "done";
}

}  // namespace

TEST_CASE("what a patch does not name stays as it was", "[containerd]") {
  const auto before = read_toml(kConfig);
  CHECK(patched({}) == before);
  auto after = before;
  after["plugins"]["io.containerd.grpc.v1.cri"]["containerd"]["snapshotter"] = "native";
  after["debug"] = {{"level", "debug"}};
  CHECK(patched({.merge = {"[plugins.'io.containerd.grpc.v1.cri'.containerd]\nsnapshotter = 'native'\n",
                           "debug = { level = 'debug' }"}}) == after);
}

TEST_CASE("lists are replaced, and empty tables are made", "[containerd]") {
  CHECK(patched({.merge = {"a = [1, 2]\n[t]\n", "a = [3]"}})["a"] == json{3});
  CHECK(patched({.merge = {"[t.u]\n"}})["t"]["u"] == json::object());
}

TEST_CASE("a merge patch for another version of the format is left out, an operation is not",
          "[containerd]") {
  const ConfigPatches patches{
      .merge = {"version = 3\na = 1", "version = 2\nb = 1", "c = 1", "version = 0\nd = 1"},
      .json6902 = {R"([{"op":"add","path":"/e","value":1}])"}};
  const auto result = patch_config(kConfig, patches);
  const auto config = read_toml(result.text);
  CHECK(result.left_out == std::vector<std::size_t>{0});
  CHECK_FALSE(config.contains("a"));
  for (const auto* key : {"b", "c", "d", "e"}) {
    CHECK(config.contains(key));
  }
}

TEST_CASE("operations come after the merges and see their result", "[containerd]") {
  const auto config = patched(
      {.merge = {"[debug]\nlevel = 'info'\naddress = '/x'"},
       .json6902 = {R"([{"op":"replace","path":"/debug/level","value":"trace"}])",
                    R"([{"op":"remove","path":"/plugins/io.containerd.grpc.v1.cri/containerd/runtimes"},
                                {"op":"add","path":"/null","value":null}])"}});
  CHECK(config["debug"]["level"] == "trace");
  CHECK(config["debug"]["address"] == "/x");
  CHECK_FALSE(config["plugins"]["io.containerd.grpc.v1.cri"]["containerd"].contains("runtimes"));
  CHECK_FALSE(config.contains("null"));
}

TEST_CASE("every type of TOML survives being written and read", "[containerd]") {
  const std::string text =
      "a = 9223372036854775807\nb = -0.5\nc = true\nd = \"\\u00e9 \\\"\\\\ \\n\\u0007\"\ne = []\nf = [[1], "
      "['x']]\n"
      "'odd key' = 1\n'' = 2\n[[tables]]\nx = 1\n[[tables]]\ny = {z = 'deep'}\n[g.h.i]\nj = 1e3\n[empty]\n";
  const auto value = read_toml(text);
  CHECK(value["a"] == 9223372036854775807);
  CHECK(value["d"] == "\u00e9 \"\\ \n\a");
  CHECK(read_toml(to_toml(value)) == value);
  CHECK(read_toml("t = 1979-05-27T07:32:00Z")["t"] == "1979-05-27T07:32:00Z");
}

TEST_CASE("node images find their snapshotter by a line that is as before", "[containerd]") {
  // The images' entrypoints look for it with sed.
  CHECK(patch_config(kConfig, {}).text.find("\nsnapshotter = \"overlayfs\"\n") != std::string::npos);
}

TEST_CASE("a patch that cannot be applied is named", "[containerd]") {
  const std::string id = "invalid-input: the patch ";
  const std::string where = " cannot be applied to containerd's configuration: ";
  CHECK(refusal(kConfig, {.merge = {"a = 1", "a = = 1"}})
            .starts_with(id + "containerdConfigPatches[1]" + where +
                         "this is not TOML that can be read: line 1: "));
  CHECK(refusal(kConfig, {.merge = {"version = 'two'"}}) ==
        id + "containerdConfigPatches[0]" + where + "'version' wants a whole number");
  CHECK(refusal(kConfig, {.json6902 = {R"([{"op":"remove","path":"/no"}])"}})
            .starts_with(id + "containerdConfigPatchesJSON6902[0]" + where + "operation 1 (remove '/no')"));
  CHECK(refusal(kConfig, {.json6902 = {R"([{"op":"replace","path":"","value":[]}])"}}) ==
        id + "containerdConfigPatchesJSON6902[0]" + where + "it leaves no configuration");
  CHECK(refusal(kConfig, {.json6902 = {R"([{"op":"add","path":"/l","value":[null]}])"}}) ==
        id + "containerdConfigPatchesJSON6902" + where + "TOML has no null, and a list holds one");
  CHECK(refusal(kConfig, {.json6902 = {"- {op: remove, path: /version}"}}) ==
        id + "containerdConfigPatchesJSON6902[0]" + where + "this is not JSON");
}

TEST_CASE("an image whose file cannot be patched is not the user's mistake", "[containerd]") {
  for (const auto* config :
       {"", "a = 1", "version = 0", "version = '2'", "version = 2\nversion = 2", "=", "a = inf"}) {
    INFO(config);
    CHECK(refusal(config, {.merge = {"a = 1"}})
              .starts_with(
                  "untrusted-answer: the containerd configuration of the node image cannot be patched"));
  }
}

TEST_CASE("a patch is judged before there is anything to patch", "[containerd]") {
  CHECK(problem_of_merge_patch("[a]\nb = 1").empty());
  CHECK(problem_of_merge_patch("").empty());
  CHECK(problem_of_merge_patch("[a]\nb: 1").starts_with("line 2: "));
  for (const auto& odd : {std::string("[@"), std::string("[[@"), std::string("[a]]"), std::string("a."),
                          std::string("\xff"), std::string(5000, '.'), "a" + std::string(5000, '[')}) {
    CHECK_FALSE(problem_of_merge_patch(odd).empty());
  }
  CHECK(problem_of_merge_patch("version = '3'") == "'version' wants a whole number");
  CHECK(problem_of_json_patch("[]").empty());
  CHECK(problem_of_json_patch("{}") == "it is not a list of operations");
  CHECK(problem_of_json_patch("[{\"op\": \"add\"}]") == "an operation has no 'path'");
  CHECK(problem_of_json_patch("[1]") == "an operation has no 'op'");
}

}  // namespace ingot::containerd
