// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "docker/engine.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ingot::docker {

namespace {

constexpr const char* kPem = "-----BEGIN X-----\nx\n-----END X-----\n";

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ingot-certs-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
  }

 private:
  std::string path_;
};

base::Failure failure_of(const EngineAddress& address) {
  try {
    static_cast<void>(to_endpoint(address));
  } catch (const base::Error& error) {
    return error.failure();
  }
  return {};
}

}  // namespace

TEST_CASE("an address that is not given is the default socket", "[docker]") {
  const auto endpoint = to_endpoint({});
  CHECK(endpoint.unix_socket == "/var/run/docker.sock");
  CHECK_FALSE(endpoint.tls);
}

TEST_CASE("addresses of engines are read as the docker CLI reads them", "[docker]") {
  struct Row {
    const char* host;
    const char* socket;
    const char* url;
  };
  const auto row = GENERATE(
      values<Row>({{"unix:///run/user/1000/docker.sock", "/run/user/1000/docker.sock", "http://localhost"},
                   {"tcp://10.0.0.1:2375", "", "http://10.0.0.1:2375"},
                   {"tcp://10.0.0.1:2375/", "", "http://10.0.0.1:2375"},
                   {"tcp://engine.example", "", "http://engine.example:2375"},
                   {"tcp://[fd00::1]:99", "", "http://[fd00::1]:99"},
                   {"tcp://[fd00::1]", "", "http://[fd00::1]:2375"}}));
  const auto endpoint = to_endpoint({.host = row.host});
  CHECK(endpoint.unix_socket == row.socket);
  CHECK(endpoint.base_url == row.url);
  CHECK_FALSE(endpoint.tls);
}

TEST_CASE("addresses that we cannot use are refused with the reason", "[docker]") {
  struct Row {
    const char* host;
    const char* cause;
  };
  const auto row = GENERATE(values<Row>({{"/var/run/docker.sock", "it has no scheme"},
                                         {"10.0.0.1:2375", "it has no scheme"},
                                         {"unix://relative.sock", "the path of the socket must be absolute"},
                                         {"unix://", "the path of the socket must be absolute"},
                                         {"tcp://", "expected tcp://host:port"},
                                         {"tcp://:2375", "expected tcp://host:port"},
                                         {"tcp://host:2375/path", "expected tcp://host:port"},
                                         {"tcp://user@host:2375", "expected tcp://host:port"},
                                         {"ssh://host", "ssh is not supported"},
                                         {"http://host", "the scheme 'http' is not supported"},
                                         {"npipe:////./pipe/docker", "the scheme 'npipe' is not supported"},
                                         {"fd://", "the scheme 'fd' is not supported"}}));
  const auto failure = failure_of({.host = row.host});
  CHECK(failure.code == base::ErrorCode::invalid_input);
  CHECK(failure.cause == row.cause);
  CHECK(failure.message.find(row.host) != std::string::npos);
}

TEST_CASE("a socket's path that the system cannot take is refused", "[docker]") {
  CHECK(failure_of({.host = "unix:///" + std::string(106, 'x')}).code == base::ErrorCode::internal);
  CHECK(failure_of({.host = "unix:///" + std::string(107, 'x')}).code == base::ErrorCode::invalid_input);
}

TEST_CASE("a folder with certificates means TLS", "[docker]") {
  const Folder folder;
  for (const char* name : {"ca.pem", "cert.pem", "key.pem"}) {
    folder.write(name, kPem);
  }
  SECTION("verified") {
    const auto endpoint = to_endpoint({.host = "tcp://h", .tls_verify = true, .cert_path = folder.path()});
    CHECK(endpoint.base_url == "https://h:2376");
    REQUIRE(endpoint.tls);
    CHECK(endpoint.tls->verify);
    CHECK(endpoint.tls->ca == kPem);
    CHECK(endpoint.tls->certificate == kPem);
    CHECK(endpoint.tls->key == kPem);
  }
  SECTION("encrypted only") {
    const auto endpoint = to_endpoint({.host = "tcp://h:1", .cert_path = folder.path()});
    CHECK(endpoint.base_url == "https://h:1");
    REQUIRE(endpoint.tls);
    CHECK_FALSE(endpoint.tls->verify);
  }
  SECTION("a unix socket has none") {
    CHECK_FALSE(to_endpoint({.host = "unix:///s", .tls_verify = true, .cert_path = folder.path()}).tls);
  }
}

TEST_CASE("certificates that cannot work are refused before they are used", "[docker]") {
  const Folder folder;
  const EngineAddress address{.host = "tcp://h", .tls_verify = true, .cert_path = folder.path()};
  SECTION("nothing there") {
    CHECK(failure_of(address).message.find("has none of") != std::string::npos);
  }
  SECTION("no key") {
    folder.write("cert.pem", kPem);
    CHECK(failure_of(address).message.find("only one of") != std::string::npos);
  }
  SECTION("not PEM") {
    folder.write("ca.pem", "hello");
    CHECK(failure_of(address).message.find("ca.pem' is not a PEM file") != std::string::npos);
  }
}

}  // namespace ingot::docker
