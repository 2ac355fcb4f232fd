// SPDX-License-Identifier: Apache-2.0
#include "snapshot/manifest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <catch2/catch.hpp>

namespace ingot::snapshot {

namespace {

const std::string kSum(64, 'a');

Manifest small() {
  Manifest manifest{.cluster = "demo",
                    .name = "before",
                    .created = "2026-11-21T21:46:17Z",
                    .kubernetes_version = "v1.36.3",
                    .tool_version = "0.1.0"};
  manifest.nodes.push_back(
      {.name = "demo-control-plane",
       .role = "control-plane",
       .image = "ingot/node:v1.36.3",
       .image_id = "sha256:1",
       .layers = {"sha256:2"},
       .has_volume = true,
       .recipe =
           R"({"Config":{"Labels":{"dev.ingot.address":"172.18.0.9"}},"HostConfig":{"NetworkMode":"kind"}})"});
  for (const auto* path : {"0/upper/base.tar", "0/upper/changes.tar", "0/upper/removed", "0/var/base.tar",
                           "0/var/changes.tar", "0/var/removed"}) {
    manifest.parts.push_back({.path = path, .size = 10, .sha256 = kSum});
  }
  return manifest;
}

std::string cause_of(const std::string& text) {
  try {
    static_cast<void>(parse_manifest(text));
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::untrusted);
    return error.failure().cause;
  }
  return "understood";
}

}  // namespace

TEST_CASE("a description says again what it was made of", "[snapshot]") {
  const auto read = parse_manifest(to_text(small()));
  CHECK(to_text(read) == to_text(small()));
  REQUIRE(read.nodes.size() == 1);
  CHECK(read.nodes[0].pinned.ipv4 == "172.18.0.9");
  CHECK(read.nodes[0].pinned.ipv6.empty());
  const auto summary = to_summary(read);
  CHECK(summary.reference() == "demo/before");
  CHECK(summary.size == 60);
  CHECK(summary.image == "ingot/node:v1.36.3");
  CHECK(summary.nodes == std::vector<std::string>{"demo-control-plane"});
}

TEST_CASE("a description is not trusted", "[snapshot]") {
  const auto good = to_text(small());
  const auto with = [&](std::string_view from, std::string_view to) {
    const auto text = base::replace_all(good, from, to);
    REQUIRE(text != good);
    return cause_of(text);
  };
  CHECK(cause_of("") != "understood");
  CHECK(cause_of("[]") != "understood");
  CHECK(with("\"sha256\":", "\"md5\":") != "understood");
  CHECK(with("\"control-plane\"", "\"worker\"") == "it has no control plane");
  CHECK(with("0/var/removed", "../../etc/passwd") == "'../../etc/passwd' is no part of a snapshot");
  CHECK(with("0/var/removed", "0/var/base.tar") == "'0/var/base.tar' is no part of a snapshot");
  CHECK(with("\"hasVolume\":true", "\"hasVolume\":false") == "'0/var/base.tar' is no part of a snapshot");
  // It comes into a script.
  CHECK(with(kSum, kSum.substr(5) + "\\nEND\\n") == "'0/upper/base.tar' is no part of a snapshot");
}

TEST_CASE("a part that a node needs must be there", "[snapshot]") {
  auto manifest = small();
  manifest.parts.pop_back();
  CHECK(cause_of(to_text(manifest)) == "the part '0/var/removed' is missing");
}

TEST_CASE("another format is told as such", "[snapshot]") {
  const auto text = base::replace_all(to_text(small()), "\"format\":1", "\"format\":2");
  CHECK_THROWS_AS(parse_manifest(text), base::Error);
  try {
    static_cast<void>(parse_manifest(text));
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::unsupported);
    CHECK(error.failure().message == "the snapshot is of format 2; this program knows 1");
  }
}

}  // namespace ingot::snapshot
