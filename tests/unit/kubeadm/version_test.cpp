// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/version.hpp"

#include <catch2/catch.hpp>

namespace ingot::kubeadm {
namespace {

KubernetesVersion version(std::string_view text) {
  const auto parsed = parse_version(text);
  INFO(text);
  REQUIRE(parsed);
  return *parsed;
}

}  // namespace

TEST_CASE("versions are read as /kind/version and image tags spell them", "[kubeadm]") {
  CHECK(to_text(version("v1.36.1")) == "v1.36.1");
  CHECK(to_text(version("1.27")) == "v1.27.0");
  CHECK(to_text(version(" v1.36.1\n")) == "v1.36.1");
  CHECK(to_text(version("v1.37.0-rc.1")) == "v1.37.0-rc.1");
  CHECK(to_text(version("v1.30.4+k3s1")) == "v1.30.4+k3s1");
  CHECK(to_text(version("v1.37.0-alpha.3.12+af1b2c-dirty")) == "v1.37.0-alpha.3.12+af1b2c-dirty");
  for (const auto* bad : {"", "v", "v1", "1.2.3.4", "v1.x", "latest", "v1.-2", "v01.2", "v1.02", "v1.2.3-",
                          "v1.2.3+", "v1.2.3-a b", "v1.2.3-a/b", "v1.99999999999", "vv1.2"}) {
    INFO(bad);
    CHECK_FALSE(parse_version(bad));
  }
}

TEST_CASE("a pre-release counts as the release it leads to when asked for at least a minor", "[kubeadm]") {
  CHECK(version("v1.36.0-rc.1").at_least(1, 36));
  CHECK(version("v1.36.1").at_least(1, 35));
  CHECK(version("v2.0.0").at_least(1, 36));
  CHECK_FALSE(version("v1.35.9").at_least(1, 36));
  CHECK_FALSE(version("v1.9.0").at_least(1, 23));
}

TEST_CASE("versions are ordered as semver orders them", "[kubeadm]") {
  const std::vector<std::string> ascending = {
      "v1.9.0",     "v1.36.0-alpha.1", "v1.36.0-alpha.2", "v1.36.0-alpha.10", "v1.36.0-beta.0",
      "v1.36.0-rc", "v1.36.0-rc.1",    "v1.36.0",         "v1.36.1",          "v2.0.0"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t k = 0; k < ascending.size(); ++k) {
      INFO(ascending[i] << " and " << ascending[k]);
      CHECK((compare(version(ascending[i]), version(ascending[k])) < 0) == (i < k));
    }
  }
  CHECK((compare(version("v1.36.0-1"), version("v1.36.0-a")) < 0));
  CHECK((compare(version("v1.36.0+a"), version("v1.36.0+b")) == 0));
}

}  // namespace ingot::kubeadm
