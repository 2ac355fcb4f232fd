// SPDX-License-Identifier: Apache-2.0
#include "engine_address.hpp"

#include "base/error.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace ingot::cli {

namespace {

namespace fs = std::filesystem;

// A home in which the docker client has contexts.
class Home {
 public:
  Home() { environment["HOME"] = folder_.path().string(); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((docker() / path).parent_path());
    std::ofstream(docker() / path) << text;
  }
  // `endpoint`: the members of the context's engine.
  void add_context(const std::string& id, const std::string& name, const std::string& endpoint) {
    write("contexts/meta/" + id + "/meta.json",
          R"({"Name":")" + name + R"(","Metadata":{},"Endpoints":{"docker":{)" + endpoint + "}}}");
  }
  [[nodiscard]] fs::path docker() const { return folder_.path() / ".docker"; }
  [[nodiscard]] std::string host() const { return engine_address(environment).host; }
  [[nodiscard]] base::Failure failure() const {
    try {
      static_cast<void>(engine_address(environment));
    } catch (const base::Error& error) {
      return error.failure();
    }
    FAIL("it did not fail");
    return {};
  }

  Environment environment;

 private:
  testing::TempDir folder_;
};

}  // namespace

TEST_CASE("without any setting the engine is the default one", "[cli]") {
  CHECK(engine_address({}).host.empty());
  Home home;
  CHECK(home.host().empty());
  for (const auto* config : {"", "{", "[]", R"({"currentContext": ""})", R"({"currentContext": []})",
                             R"({"currentContext": "default"})"}) {
    CAPTURE(config);
    home.write("config.json", config);
    CHECK(home.host().empty());
  }
}

TEST_CASE("DOCKER_HOST wins over DOCKER_CONTEXT, and that over the current context", "[cli]") {
  Home home;
  home.add_context("aa", "current", R"("Host":"unix:///current.sock")");
  home.add_context("bb", "named", R"("Host":"unix:///named.sock","SkipTLSVerify":false)");
  home.write("config.json", "{\n\t\"auths\": {},\n\t\"currentContext\": \"current\"\n}");
  CHECK(home.host() == "unix:///current.sock");
  home.environment["DOCKER_CONTEXT"] = "";
  CHECK(home.host() == "unix:///current.sock");
  home.environment["DOCKER_CONTEXT"] = "named";
  CHECK(home.host() == "unix:///named.sock");
  home.environment["DOCKER_CONTEXT"] = "default";
  CHECK(home.host().empty());
  home.environment["DOCKER_HOST"] = "tcp://here:2375";
  home.environment["DOCKER_CONTEXT"] = "named";
  CHECK(home.host() == "tcp://here:2375");
}

TEST_CASE("the docker client's folder may be elsewhere", "[cli]") {
  Home home;
  home.add_context("aa", "far", R"("Host":"tcp://far:2375")");
  home.environment = {{"DOCKER_CONFIG", home.docker().string()}, {"DOCKER_CONTEXT", "far"}};
  CHECK(home.host() == "tcp://far:2375");
}

TEST_CASE("certificates of an engine are those of its context", "[cli]") {
  Home home;
  home.add_context("aa", "plain", R"("Host":"tcp://far:2375","SkipTLSVerify":false)");
  home.add_context("bb", "secure", R"("Host":"tcp://far:2376","SkipTLSVerify":false)");
  home.add_context("cc", "trusting", R"("Host":"tcp://far:2376","SkipTLSVerify":true)");
  home.write("contexts/tls/bb/docker/ca.pem", "x");
  home.write("contexts/tls/cc/docker/ca.pem", "x");
  // Variables for the engine of DOCKER_HOST do not concern it.
  home.environment["DOCKER_TLS_VERIFY"] = "1";
  home.environment["DOCKER_CERT_PATH"] = "/elsewhere";
  const auto address = [&](const std::string& context) {
    home.environment["DOCKER_CONTEXT"] = context;
    return engine_address(home.environment);
  };
  CHECK(address("plain").cert_path.empty());
  CHECK_FALSE(address("plain").tls_verify);
  CHECK(address("secure").cert_path == (home.docker() / "contexts/tls/bb/docker").string());
  CHECK(address("secure").tls_verify);
  CHECK(address("trusting").cert_path == (home.docker() / "contexts/tls/cc/docker").string());
  CHECK_FALSE(address("trusting").tls_verify);
  CHECK(address("default").cert_path == "/elsewhere");
  CHECK(address("default").tls_verify);
}

TEST_CASE("a context that is not there, or names no engine, is told with who chose it", "[cli]") {
  Home home;
  home.environment["DOCKER_CONTEXT"] = "none";
  CHECK(home.failure().code == base::ErrorCode::environment);
  CHECK(home.failure().message == "there is no docker context 'none'");
  CHECK(home.failure().cause == "it is chosen by DOCKER_CONTEXT");
  home.write("contexts/meta/aa/meta.json", "{");
  home.write("contexts/meta/bb/meta.json", R"({"Name":"empty","Endpoints":{"kubernetes":{"Host":"x"}}})");
  CHECK(home.failure().message == "there is no docker context 'none'");
  home.environment.erase("DOCKER_CONTEXT");
  home.write("config.json", R"({"currentContext":"empty"})");
  CHECK(home.failure().code == base::ErrorCode::environment);
  CHECK(home.failure().message == "the docker context 'empty' names no engine");
  CHECK(home.failure().cause == "it is chosen by " + (home.docker() / "config.json").string());
}

}  // namespace ingot::cli
