// SPDX-License-Identifier: Apache-2.0
#include "docker/image_reference.hpp"

#include <catch2/catch.hpp>

namespace ingot::docker {

TEST_CASE("the name of an image has a name and a tag or digest", "[docker]") {
  struct Row {
    const char* reference;
    const char* name;
    const char* tag;
  };
  const auto row = GENERATE(values<Row>({{"a", "a", "latest"},
                                         {"a:1", "a", "1"},
                                         {"a/b:1.2-x", "a/b", "1.2-x"},
                                         {"host:5000/a", "host:5000/a", "latest"},
                                         {"host:5000/a/b:2", "host:5000/a/b", "2"},
                                         {"a@sha256:0f", "a", "sha256:0f"},
                                         {"a:1@sha256:0f", "a", "sha256:0f"},
                                         {"host:5000/a@sha256:0f", "host:5000/a", "sha256:0f"},
                                         {"", "", "latest"},
                                         {":", "", ""},
                                         {"@", "", ""},
                                         {"/", "/", "latest"}}));
  const ImageReference parts = parse_image_reference(row.reference);
  CHECK(parts.name == row.name);
  CHECK(parts.tag == row.tag);
}

}  // namespace ingot::docker
