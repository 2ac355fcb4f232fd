// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/paths.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

using namespace ingot::kubeconfig;

TEST_CASE("a given kubeconfig beats the environment, and that the home", "[kubeconfig]") {
  CHECK(search_path({"/g", "/a:/b", "/home/u"}) == std::vector<std::string>{"/g"});
  CHECK(search_path({"", "/a:/b", "/home/u"}) == std::vector<std::string>{"/a", "/b"});
  CHECK(search_path({"", "", "/home/u"}) == std::vector<std::string>{"/home/u/.kube/config"});
}

TEST_CASE("empty and repeated parts of KUBECONFIG do not count", "[kubeconfig]") {
  CHECK(search_path({"", ":/a::/b:/a:", "/home/u"}) == std::vector<std::string>{"/a", "/b"});
  CHECK(search_path({"", "::", "/home/u"}) == std::vector<std::string>{"/home/u/.kube/config"});
}

TEST_CASE("the file to write is the first that exists, else the last", "[kubeconfig]") {
  const PathSources sources{"", "/a:/b:/c", "/home/u"};
  CHECK(merge_target(sources, [](const std::string& path) { return path != "/a"; }) == "/b");
  CHECK(merge_target(sources, [](const std::string&) { return false; }) == "/c");
  CHECK(merge_target({"/g", "/a", ""}, [](const std::string&) { return false; }) == "/g");
}

TEST_CASE("without any place to look there is an error", "[kubeconfig]") {
  CHECK_THROWS_AS(search_path({"", "", ""}), ingot::base::Error);
}
