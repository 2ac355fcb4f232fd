// SPDX-License-Identifier: Apache-2.0
#include "node_variables.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace ingot::cli {

namespace {

using Texts = std::vector<std::string>;

// A home with a docker client's configuration.
struct Home {
  explicit Home(const std::string& config) {
    std::filesystem::create_directories(folder / ".docker");
    std::ofstream(folder / ".docker/config.json") << config;
    environment["HOME"] = folder / "";
  }
  testing::TempDir folder;
  Environment environment;
};

constexpr const char* kConfig = R"({
	"auths": {},
	"proxies": {
		"default": {"httpProxy": "http://default:1", "noProxy": "a,b"},
		"tcp://other:2375": {"httpsProxy": "http://other:2", "ftpProxy": "ftp://x", "noProxy": ""}
	}
})";

}  // namespace

TEST_CASE("proxies come from the environment, in upper case first", "[cli]") {
  CHECK(proxy_variables({}).empty());
  CHECK(proxy_variables({{"HTTP_PROXY", "U"}, {"http_proxy", "l"}, {"no_proxy", "n"}}) ==
        Texts{"HTTP_PROXY=U", "NO_PROXY=n"});
  CHECK(proxy_variables({{"HTTPS_PROXY", ""}, {"https_proxy", "l"}}) == Texts{"HTTPS_PROXY=l"});
  CHECK(proxy_variables({{"NO_PROXY", "n"}}) == Texts{"NO_PROXY=n"});
}

TEST_CASE("without a proxy in the environment the docker client's are taken", "[cli]") {
  Home home(kConfig);
  CHECK(proxy_variables(home.environment) == Texts{"HTTP_PROXY=http://default:1", "NO_PROXY=a,b"});
  home.environment["DOCKER_HOST"] = "tcp://other:2375";
  CHECK(proxy_variables(home.environment) == Texts{"HTTPS_PROXY=http://other:2"});
  home.environment["DOCKER_HOST"] = "tcp://third:2375";
  CHECK(proxy_variables(home.environment) == Texts{"HTTP_PROXY=http://default:1", "NO_PROXY=a,b"});
  home.environment["https_proxy"] = "mine";
  CHECK(proxy_variables(home.environment) == Texts{"HTTPS_PROXY=mine"});
  home.environment = {{"HOME", "/nowhere"}, {"DOCKER_CONFIG", home.folder / ".docker"}};
  CHECK(proxy_variables(home.environment).size() == 2);
}

TEST_CASE("the proxies are those for the engine of the docker context", "[cli]") {
  Home home(kConfig);
  std::filesystem::create_directories(home.folder / ".docker/contexts/meta/0");
  std::ofstream(home.folder / ".docker/contexts/meta/0/meta.json")
      << R"({"Name":"far","Endpoints":{"docker":{"Host":"tcp://other:2375"}}})";
  home.environment["DOCKER_CONTEXT"] = "far";
  CHECK(proxy_variables(home.environment) == Texts{"HTTPS_PROXY=http://other:2"});
}

TEST_CASE("a docker configuration that says nothing sensible says nothing", "[cli]") {
  for (const auto* config :
       {"", "{}", "[]", "{", "x", "\t", R"({"proxies": []})", R"({"proxies": {"default": 1}})",
        R"({"proxies": {"default": {"httpProxy": {}}}})"}) {
    INFO(config);
    CHECK(proxy_variables(Home(config).environment).empty());
  }
  CHECK(proxy_variables({{"HOME", "/nowhere"}}).empty());
}

TEST_CASE("the snapshotter is passed on where it is set", "[cli]") {
  CHECK(passed_variables({}).empty());
  CHECK(passed_variables({{"KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER", "native"}, {"KIND_OTHER", "x"}}) ==
        Texts{"KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER=native"});
}

}  // namespace ingot::cli
