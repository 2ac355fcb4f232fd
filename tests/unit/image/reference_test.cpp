// SPDX-License-Identifier: Apache-2.0
#include "image/reference.hpp"
#include "image/digest.hpp"

#include <catch2/catch.hpp>

namespace ingot::image {

TEST_CASE("a node knows an image by its full name", "[image]") {
  struct Case {
    const char* reference;
    const char* name;
  };
  const auto [reference, name] = GENERATE(values<Case>({
      {"busybox", "docker.io/library/busybox:latest"},
      {"busybox:1", "docker.io/library/busybox:1"},
      {"me/app", "docker.io/me/app:latest"},
      {"me/app:v1.2", "docker.io/me/app:v1.2"},
      {"docker.io/me/app:1", "docker.io/me/app:1"},
      {"ghcr.io/a/b/c", "ghcr.io/a/b/c:latest"},
      {"localhost/app", "localhost/app:latest"},
      {"localhost:5000/app", "localhost:5000/app:latest"},
      {"registry:5000/app:2", "registry:5000/app:2"},
      {"app@sha256:00", "docker.io/library/app@sha256:00"},
      {"ghcr.io/app:1@sha256:00", "ghcr.io/app:1@sha256:00"},
  }));
  CHECK(full_name(reference) == name);
}

TEST_CASE("an id is told from a name", "[image]") {
  const std::string id = "sha256:abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789";
  CHECK(is_id("abcdef01", id));
  CHECK(is_id("sha256:abcdef01", id));
  CHECK(is_id(id, id));
  CHECK_FALSE(is_id("abcdef02", id));
  CHECK_FALSE(is_id("app", id));
  CHECK_FALSE(is_id("", id));
}

TEST_CASE("layers make chain ids as the OCI image specification says", "[image]") {
  CHECK(digest_of("") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const auto chain = chain_ids({"sha256:aa", "sha256:bb", "sha256:cc"});
  REQUIRE(chain.size() == 3);
  CHECK(chain[0] == "sha256:aa");
  CHECK(chain[1] == digest_of("sha256:aa sha256:bb"));
  CHECK(chain[2] == digest_of(chain[1] + " sha256:cc"));
  CHECK(chain_ids({}).empty());
}

TEST_CASE("a digest has 64 hexadecimal digits", "[image]") {
  CHECK(is_digest(digest_of("x")));
  CHECK_FALSE(is_digest(digest_of("x") + "0"));
  CHECK_FALSE(is_digest("sha256:" + std::string(63, '0') + "/"));
  CHECK_FALSE(is_digest("sha512:" + std::string(64, '0')));
}

}  // namespace ingot::image
