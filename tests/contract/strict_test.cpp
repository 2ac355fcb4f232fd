// SPDX-License-Identifier: Apache-2.0
// Where the fake is stricter than an engine, on purpose: a slip of ours must not pass because a fake is kind.
#include "http/client.hpp"
#include "support/fake_engine/fake_engine.hpp"

#include <catch2/catch.hpp>

using namespace ingot;
using testing::FakeEngine;

namespace {

http::Response ask(const FakeEngine& engine, const std::string& method, const std::string& target,
                   const std::string& body = {}) {
  http::Client client(docker::to_endpoint(engine.address()));
  http::Request request{.method = method, .target = target, .body = body};
  request.headers = {{"Content-Type", "application/json"}};
  return client.send(request, {});
}

}  // namespace

TEST_CASE("the fake answers an unknown route with 501 and keeps it in mind", "[contract]") {
  FakeEngine engine;
  CHECK(ask(engine, "GET", "/v1.45/plugins").status == 501);
  CHECK(ask(engine, "PUT", "/v1.45/info").status == 501);
  CHECK(engine.violations() ==
        std::vector<std::string>{"unknown route: GET /plugins", "unknown route: PUT /info"});
}

TEST_CASE("the fake refuses fields and queries that it does not understand", "[contract]") {
  FakeEngine engine;
  engine.add_image({.reference = "x:1"});
  const std::string target = "/v1.45/containers/create?name=abc";
  CHECK(ask(engine, "POST", target, R"({"Image":"x:1","Cmd":["/a"],"Nonsense":1})").status == 400);
  CHECK(ask(engine, "POST", target, R"({"Image":"x:1","Cmd":["/a"],"HostConfig":{"Nonsense":1}})").status ==
        400);
  CHECK(ask(engine, "POST", target, R"({"Image":7,"Cmd":["/a"]})").status == 400);
  CHECK(ask(engine, "GET", "/v1.45/containers/json?limit=1").status == 200);
  CHECK(engine.violations().size() == 4);
  CHECK(engine.containers().empty());
}

TEST_CASE("the fake keeps in mind what was run without a program for it", "[contract]") {
  FakeEngine engine;
  engine.add_image({.reference = "x:1", .command = {"/unheard-of"}});
  CHECK(ask(engine, "POST", "/v1.45/containers/create?name=abc", R"({"Image":"x:1"})").status == 201);
  CHECK(ask(engine, "POST", "/v1.45/containers/abc/start").status == 400);
  CHECK(engine.violations() == std::vector<std::string>{"no program for container abc: /unheard-of"});
}

TEST_CASE("the fake writes down every request in its order", "[contract]") {
  FakeEngine engine;
  ask(engine, "GET", "/_ping");
  ask(engine, "GET", "/v1.45/containers/json?all=1");
  const auto requests = engine.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].path == "/_ping");
  CHECK(requests[1].number == 2);
  CHECK(requests[1].path == "/containers/json");
  CHECK(requests[1].query.at("all") == "1");
  CHECK(requests[1].status == 200);
  CHECK(engine.requests("GET", "/containers/.*").size() == 1);
}
