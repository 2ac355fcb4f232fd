// SPDX-License-Identifier: Apache-2.0
#include "cluster/inotify_limit.hpp"

#include <catch2/catch.hpp>

namespace ingot::cluster {

TEST_CASE("a limit of inotify instances that the nodes would exceed is told with its remedy", "[cluster]") {
  CHECK(inotify_warning(128, 5).find("is 128, enough for 4 nodes") != std::string::npos);
  CHECK(inotify_warning(128, 5).find("sysctl -w fs.inotify.max_user_instances=1024") != std::string::npos);
  CHECK(inotify_warning(128, 4).empty());
  CHECK(inotify_warning(1024, 30).empty());
  CHECK(inotify_warning(std::nullopt, 30).empty());
}

TEST_CASE("this machine has a limit of inotify instances", "[cluster]") {
  CHECK(inotify_limit().value_or(0) > 0);
}

}  // namespace ingot::cluster
