// SPDX-License-Identifier: Apache-2.0
#include "docker/image_json.hpp"
#include "base/error.hpp"
#include "recorded.hpp"

#include <catch2/catch.hpp>

namespace ingot::docker {

TEST_CASE("an image is read from a real answer", "[docker]") {
  const ImageInfo image = parse_image(recorded("image.json"));
  CHECK(image.id.starts_with("sha256:1c3235a4"));
  CHECK(image.tags == std::vector<std::string>{"demo:1"});
  CHECK(image.digests.empty());
  CHECK(image.labels == Labels{{"demo", "1"}});
  CHECK(image.size == 1'984'132);
  CHECK(image.created == "2026-11-21T07:21:33.688253265Z");
  CHECK(image.architecture == "amd64");
}

TEST_CASE("overlay2 tells the folder of each layer, the lowest last", "[docker]") {
  const std::string head =
      R"({"Id":"sha256:1","RootFS":{"Type":"layers","Layers":["sha256:a","sha256:b","sha256:c"]},)";
  const auto image = parse_image(
      head +
      R"("GraphDriver":{"Name":"overlay2","Data":{"LowerDir":"/o/b/diff:/o/a/diff","UpperDir":"/o/c/diff"}}})");
  CHECK(image.layers == std::vector<std::string>{"sha256:a", "sha256:b", "sha256:c"});
  CHECK(image.layer_folders == std::vector<std::string>{"/o/a/diff", "/o/b/diff", "/o/c/diff"});
  CHECK(parse_image(head + R"("GraphDriver":{"Name":"overlay2","Data":{"UpperDir":"/o/c/diff"}}})")
            .layer_folders.empty());
  CHECK(parse_image(head + R"("GraphDriver":{"Name":"overlayfs","Data":null}})").layer_folders.empty());
  CHECK(parse_image(R"({"Id":"sha256:1"})").layers.empty());
}

TEST_CASE("a list of images holds those with a tag", "[docker]") {
  const auto list = parse_image_list(recorded("images.json"));
  REQUIRE(list.size() == 1);
  CHECK(list[0].tags == std::vector<std::string>{"demo:1"});
  CHECK(list[0].labels == Labels{{"demo", "1"}});
  CHECK(list[0].created == "2026-11-21T07:21:33Z");
  CHECK(list[0].size == 1'984'132);
}

TEST_CASE("older engines write the name of an image without one", "[docker]") {
  CHECK(parse_image_list(R"([{"Id":"sha256:a","RepoTags":["<none>:<none>"],"RepoDigests":["<none>@<none>"],
                              "Labels":null,"Created":1}])")
            .empty());
  CHECK(parse_image_list(R"([{"Id":"sha256:a","RepoTags":null,"Created":1}])").empty());
}

TEST_CASE("what is no image is not trusted", "[docker]") {
  const std::string text = GENERATE("", "null", "[]", "\"x\"", "{}", R"({"Id":"a","Size":"big"})",
                                    R"({"Id":"a","RepoTags":"x"})", R"({"Id":"a","Config":[]})");
  CHECK_THROWS_AS(parse_image(text), base::Error);
}

}  // namespace ingot::docker
