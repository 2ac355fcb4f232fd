// SPDX-License-Identifier: Apache-2.0
#include "snapshot/areas.hpp"

#include <catch2/catch.hpp>

namespace ingot::snapshot {

TEST_CASE("every node has an area for its changes, and one for its volume", "[snapshot]") {
  const auto areas = areas_of({{.name = "a", .has_volume = true}, {.name = "balancer"}});
  REQUIRE(areas.size() == 3);
  CHECK(areas[0].path == "0/upper");
  CHECK(areas[1].path == "0/var");
  CHECK(areas[1].is_volume);
  CHECK(areas[2].path == "1/upper");
  CHECK(areas[2].node == 1);
}

TEST_CASE("volumes are compared with their own image, and changes of images with nothing", "[snapshot]") {
  const auto areas = areas_of({{.has_volume = true}, {.has_volume = true}});
  const auto script = copy_script(areas, {.layer_counts = {1, 2}, .image_of = {1, 0}});
  CHECK(script.find("in_image 1 \"/ingot/images/1/1:/ingot/images/1/0:$work/none\"") != std::string::npos);
  CHECK(script.find("before 0/upper \"$work/imagenone\"") != std::string::npos);
  CHECK(script.find("before 0/var \"$work/image1\"") != std::string::npos);
  CHECK(script.find("before 1/var \"$work/image0\"") != std::string::npos);
}

TEST_CASE("nothing is unpacked before all checksums were compared", "[snapshot]") {
  const std::vector<Part> parts{{.path = "0/upper/base.tar", .size = 1, .sha256 = std::string(64, 'b')}};
  const auto script = unpack_script(parts, areas_of({{.name = "a"}}));
  const auto sums = script.find(std::string(64, 'b') + "  0/upper/base.tar\nEND\n");
  const auto unpacking = script.find("unpack 0/upper");
  REQUIRE(sums != std::string::npos);
  REQUIRE(unpacking != std::string::npos);
  CHECK(sums < unpacking);
  CHECK(unpack_script(parts, {}).find("unpack 0") == std::string::npos);
}

}  // namespace ingot::snapshot
