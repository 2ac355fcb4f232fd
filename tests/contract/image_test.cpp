// SPDX-License-Identifier: Apache-2.0
// What we believe about images, and about the protocol as such.
#include "contract/subject.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace ingot::contract;
using ingot::base::ErrorCode;
using nlohmann::json;

TEMPLATE_TEST_CASE("an image is found by name and by id", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto image = subject.engine.inspect_image(subject.image(), {});
    REQUIRE(image);
    CHECK(image->id.starts_with("sha256:"));
    CHECK(image->tags == std::vector<std::string>{subject.image()});
    CHECK(image->size > 0);
    CHECK(subject.engine.inspect_image(image->id, {})->tags == image->tags);
    CHECK(subject.engine.inspect_image(image->id.substr(7, 12), {})->id == image->id);
    const auto all = subject.engine.list_images({}, {});
    CHECK(std::ranges::count(all, image->id, &ingot::docker::ImageInfo::id) == 1);
  });
}

TEMPLATE_TEST_CASE("an image that is not there is a 404 under its full name", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto answer = subject.ask("GET", "/v1.41/images/ingot-contract/none/json");
    CHECK(answer.status == 404);
    CHECK(answer.message == "No such image: ingot-contract/none:latest");
    CHECK_FALSE(subject.engine.inspect_image("ingot-contract/none", {}));
    CHECK(subject.ask("GET", "/v1.41/images/a:b:c/json").message == "invalid reference format");
  });
}

TEMPLATE_TEST_CASE("a registry that nobody runs is told as such", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto answer = subject.ask("POST", "/v1.41/images/create?fromImage=127.0.0.1:1/none&tag=latest");
    CHECK(answer.status == 500);
    CHECK_THAT(answer.message, Catch::Contains("dial tcp 127.0.0.1:1: connect: connection refused"));
    CHECK(error_of([&] { subject.engine.pull_image("127.0.0.1:1/none", {}, {}); }) ==
          ErrorCode::image_missing);
    const auto upper = subject.ask("POST", "/v1.41/images/create?fromImage=UPPER&tag=latest");
    CHECK(upper.status == 400);
    CHECK(upper.message == "invalid reference format: repository name (library/UPPER) must be lowercase");
  });
}

TEMPLATE_TEST_CASE("API versions of another age are refused", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto future = subject.ask("GET", "/v1.999/info");
    CHECK(future.status == 400);
    CHECK_THAT(future.message,
               Catch::StartsWith("client version 1.999 is too new. Maximum supported API version is 1."));
    const auto past = subject.ask("GET", "/v1.10/info");
    CHECK(past.status == 400);
    CHECK_THAT(past.message,
               Catch::StartsWith("client version 1.10 is too old. Minimum supported API version is 1."));
  });
}

TEMPLATE_TEST_CASE("a body that is not JSON, or does not say that it is, is refused", "[contract]", OnFake,
                   OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto broken = subject.ask("POST", "/v1.41/containers/create", std::string("{"));
    CHECK(broken.status == 400);
    CHECK(broken.message == "invalid JSON: unexpected EOF");
    const auto untold = subject.ask("POST", "/v1.41/containers/create", std::string("x"));
    CHECK(untold.status == 400);
    CHECK(untold.message ==
          "unsupported Content-Type header (application/x-tar): must be 'application/json'");
  });
}

TEMPLATE_TEST_CASE("an engine describes itself", "[contract]", OnFake, OnReal) {
  on_engine<TestType>([](Subject& subject) {
    const auto info = subject.engine.info({});
    CHECK_FALSE(info.server_version.empty());
    CHECK(info.cpus > 0);
    CHECK(info.memory_bytes > 0);
    CHECK((info.cgroup_version == "1" || info.cgroup_version == "2"));
    CHECK(std::ranges::find(info.runtimes, "runc") != info.runtimes.end());
    CHECK_FALSE(info.storage_driver.empty());
    const auto version = subject.ask("GET", "/version");
    CHECK(version.json.contains("ApiVersion"));
    CHECK(version.json.at("Os") == "linux");
  });
}
