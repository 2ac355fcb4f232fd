// SPDX-License-Identifier: Apache-2.0
#include "image/node_contents.hpp"
#include "base/error.hpp"
#include "image/list.hpp"
#include "image/results.hpp"

#include <catch2/catch.hpp>

namespace ingot::image {

namespace {

std::string digest(char digit) {
  return "sha256:" + std::string(64, digit);
}

// As ctr of containerd 2.1 lists them.
std::string answer() {
  return "-- images\n"
         "REF   TYPE   DIGEST   SIZE  PLATFORMS   LABELS   \n"
         "docker.io/library/app:1 application/vnd.oci.image.manifest.v1+json " +
         digest('a') + " 200.5 MiB linux/amd64 io.cri-containerd.image=managed \n" + "import-2026-11-21@" +
         digest('a') + " application/vnd.oci.image.manifest.v1+json " + digest('a') +
         " 200.5 MiB linux/amd64 - \n" + digest('1') + " application/vnd.oci.image.manifest.v1+json " +
         digest('a') + " 200.5 MiB linux/amd64 io.cri-containerd.image=managed\n" +
         "-- snapshotter\noverlayfs\n-- snapshots\nKEY PARENT KIND\n" + digest('c') + "   Committed\n" +
         digest('d') + " " + digest('c') + " Committed\nabcdef " + digest('d') + " Active\n-- blobs\n" +
         digest('a') + "\n" + digest('1') + "\n-- end\n";
}

}  // namespace

TEST_CASE("a node tells its images, unpacked layers and blobs", "[image]") {
  const auto contents = parse_contents(answer());
  REQUIRE(contents.images.size() == 3);
  CHECK(contents.images[0].name == "docker.io/library/app:1");
  CHECK(contents.images[0].digest == digest('a'));
  CHECK(contents.images[0].size == 200 * 1024 * 1024 + 512 * 1024);
  CHECK(contents.snapshotter == "overlayfs");
  CHECK(contents.snapshots == std::set{digest('c'), digest('d')});
  CHECK(contents.blobs == std::set{digest('1'), digest('a')});
}

TEST_CASE("an image is known by the id of its configuration or its manifest", "[image]") {
  const auto contents = parse_contents(answer());
  CHECK(contents.has(digest('1')));
  CHECK(contents.has(digest('a')));
  CHECK_FALSE(contents.has(digest('2')));
  CHECK(contents.has(digest('1'), "docker.io/library/app:1"));
  CHECK_FALSE(contents.has(digest('1'), "docker.io/library/app:2"));
  CHECK_FALSE(contents.has(digest('2'), "docker.io/library/app:1"));
}

TEST_CASE("a node's account that is none is refused", "[image]") {
  CHECK_THROWS_AS(parse_contents(""), base::Error);
  CHECK_THROWS_AS(parse_contents("-- images\nREF\n"), base::Error);
  CHECK_THROWS_AS(parse_contents("-- images\nctr: cannot connect\n-- end\n"), base::Error);
  CHECK_THROWS_AS(parse_contents("-- images\na b not-a-digest 1 MiB\n-- end\n"), base::Error);
}

TEST_CASE("a list names an image once, with the nodes that have it", "[image]") {
  ImageList list;
  add_node(list, "one", parse_contents(answer()));
  add_node(list, "two", parse_contents(answer()));
  REQUIRE(list.images.size() == 1);
  CHECK(list.images[0].names == std::vector<std::string>{"docker.io/library/app:1"});
  CHECK(list.images[0].id == digest('1'));
  CHECK(list.images[0].nodes == std::vector<std::string>{"one", "two"});
}

}  // namespace ingot::image
