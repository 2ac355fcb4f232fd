// SPDX-License-Identifier: Apache-2.0
#include "kube/client.hpp"

#include "api_server.hpp"
#include "pki/certificate.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <thread>

using namespace ingot;
using namespace ingot::kube_test;
using base::Error;
using base::ErrorCode;
using nlohmann::json;

namespace {

const std::stop_token kNever;

json config_map(const std::string& name) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"namespace", "ns"}}}};
}

base::Failure failure_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.failure();
  }
  return {.message = "no error"};
}

const std::string kMaps = "/api/v1/namespaces/ns/configmaps";

}  // namespace

TEST_CASE("an object is read, and one that is not there is nothing", "[kube]") {
  ApiServer server;
  server.on("GET " + kMaps + "/a", {{.body = R"({"data":{"k":"v"}})"}});
  kube::Client client(server.url(), {});
  const auto found = client.get(kMaps + "/a", kNever);
  REQUIRE(found.has_value());
  CHECK((*found)["data"]["k"] == "v");
  CHECK_FALSE(client.get(kMaps + "/b", kNever).has_value());
}

TEST_CASE("an object is created where its kind and namespace say", "[kube]") {
  ApiServer server;
  server.on("POST " + kMaps + "?fieldManager=ingot", {{.status = "201 Created", .body = R"({"made":1})"}});
  kube::Client client(server.url(), {});
  bool existed = true;
  CHECK(client.create(config_map("a"), kNever, &existed).at("made") == 1);
  CHECK_FALSE(existed);
  const auto asked = server.asked();
  REQUIRE(asked.size() == 1);
  CHECK(json::parse(asked[0].body) == config_map("a"));
  CHECK(asked[0].head.find("Content-Type: application/json") != std::string::npos);
}

TEST_CASE("creating what exists gives what is there", "[kube]") {
  ApiServer server;
  server.on("POST " + kMaps, {{.status = "409 Conflict", .body = status(409, "AlreadyExists", "exists")}});
  server.on("GET " + kMaps + "/a", {{.body = R"({"old":1})"}});
  kube::Client client(server.url(), {});
  bool existed = false;
  CHECK(client.create(config_map("a"), kNever, &existed).at("old") == 1);
  CHECK(existed);
}

TEST_CASE("a conflict of another kind is an error", "[kube]") {
  ApiServer server;
  server.on("POST " + kMaps, {{.status = "409 Conflict", .body = status(409, "Conflict", "try again")}});
  kube::Client client(server.url(), {});
  const auto failure = failure_of([&] { client.create(config_map("a"), kNever); });
  CHECK(failure.code == ErrorCode::cluster_refused);
  CHECK(failure.message == "cannot create ConfigMap 'a' in namespace 'ns'");
  CHECK(failure.cause == "HTTP 409: try again");
}

TEST_CASE("applying is a forced server-side apply of ours", "[kube]") {
  ApiServer server;
  server.on("PATCH " + kMaps + "/a?fieldManager=ingot&force=true", {{.body = R"({"now":1})"}});
  kube::Client client(server.url(), {});
  CHECK(client.apply(config_map("a"), kNever).at("now") == 1);
  CHECK(server.asked()[0].head.find("Content-Type: application/apply-patch+yaml") != std::string::npos);
}

TEST_CASE("kinds not known by heart are asked for once", "[kube]") {
  ApiServer server;
  server.on("GET /apis/example.com/v1",
            {{.body = R"({"resources":[{"name":"foos/status","kind":"Foo","namespaced":true},
                                       {"name":"foos","kind":"Foo","namespaced":false},{"name":7},3]})"}});
  server.on("PATCH /apis/example.com/v1/foos/x", {{.body = "{}"}});
  kube::Client client(server.url(), {});
  const json object{{"apiVersion", "example.com/v1"}, {"kind", "Foo"}, {"metadata", {{"name", "x"}}}};
  client.apply(object, kNever);
  client.apply(object, kNever);
  CHECK(server.count("GET /apis/example.com/v1") == 1);
  json unknown = object;
  unknown["kind"] = "Bar";
  CHECK(failure_of([&] { client.apply(unknown, kNever); }).code == ErrorCode::not_found);
  unknown["apiVersion"] = "nowhere.example/v1";
  const auto failure = failure_of([&] { client.apply(unknown, kNever); });
  CHECK(failure.code == ErrorCode::not_found);
  CHECK(failure.message == "the cluster has no kind 'Bar' in 'nowhere.example/v1'");
}

TEST_CASE("lists are lists, also an empty one", "[kube]") {
  ApiServer server;
  server.on("GET /api/v1/nodes?labelSelector=a%3Db", {{.body = R"({"items":[{"x":1}]})"}});
  server.on("GET /api/v1/pods", {{.body = R"({"items":null})"}});
  server.on("GET /api/v1/secrets", {{.body = R"({"items":7})"}});
  kube::Client client(server.url(), {});
  CHECK(client.list("/api/v1/nodes", kNever, "labelSelector=a%3Db").at("items").size() == 1);
  CHECK(client.list("/api/v1/pods", kNever).at("items").empty());
  CHECK(failure_of([&] { (void)client.list("/api/v1/secrets", kNever); }).code == ErrorCode::untrusted);
}

TEST_CASE("removing says whether there was something", "[kube]") {
  ApiServer server;
  server.on("DELETE " + kMaps + "/a", {{.body = "{}"}, {.status = "404 Not Found", .body = "{}"}});
  kube::Client client(server.url(), {});
  CHECK(client.remove(kMaps + "/a", kNever));
  CHECK_FALSE(client.remove(kMaps + "/a", kNever));
}

TEST_CASE("patches carry the type that their kind has", "[kube]") {
  ApiServer server;
  server.on("PATCH /api/v1/nodes/a", {{.body = "{}"}});
  kube::Client client(server.url(), {});
  client.patch("/api/v1/nodes/a", kube::PatchKind::strategic_merge, json{{"spec", {}}}, kNever);
  client.patch("/api/v1/nodes/a", kube::PatchKind::json, json::array(), kNever);
  client.patch("/api/v1/nodes/a", kube::PatchKind::merge, json::object(), kNever);
  const auto asked = server.asked();
  REQUIRE(asked.size() == 3);
  CHECK(asked[0].head.find("application/strategic-merge-patch+json") != std::string::npos);
  CHECK(asked[1].head.find("application/json-patch+json") != std::string::npos);
  CHECK(asked[2].head.find("application/merge-patch+json") != std::string::npos);
}

TEST_CASE("a refusal tells the server's words and each field's problem", "[kube]") {
  ApiServer server;
  server.on("POST " + kMaps,
            {{.status = "422 Unprocessable Entity", .body = R"({"kind":"Status","reason":"Invalid",
      "message":"ConfigMap \"a\" is invalid: [x: bad, y: worse]",
      "details":{"causes":[{"field":"x","message":"bad"},{"message":"worse"},7]}})"}});
  kube::Client client(server.url(), {});
  const auto failure = failure_of([&] { client.create(config_map("a"), kNever); });
  CHECK(failure.code == ErrorCode::cluster_refused);
  CHECK(failure.cause == "HTTP 422: ConfigMap \"a\" is invalid");
  CHECK(failure.problems == std::vector<std::string>{"x: bad", "worse", ""});
}

TEST_CASE("answers that are not Kubernetes' are untrusted, whatever they are", "[kube]") {
  ApiServer server;
  kube::Client client(server.url(), {});
  for (const char* body : {"", "ok", "[]", "{", "null", "7", "{\"a\":\xFF}"}) {
    server.on("GET /x", {{.body = body}});
    CHECK(failure_of([&] { (void)client.get("/x", kNever); }).code == ErrorCode::untrusted);
  }
  server.on("GET /x", {{.status = "500 Oops", .body = "first line\nsecond\x01"}});
  CHECK(failure_of([&] { (void)client.get("/x", kNever); }).cause == "HTTP 500: first line second ");
}

TEST_CASE("errors of a server that is starting are told from lasting ones", "[kube]") {
  ApiServer server;
  kube::Client client(server.url(), {});
  const auto starting = [&](const std::string& answer) {
    server.on("GET /x", {{.status = answer, .body = "{}"}});
    try {
      base::with_context("doing something", [&] { (void)client.get("/x", kNever); });
    } catch (const Error& error) {
      return kube::is_starting_up(error);
    }
    return false;
  };
  for (const char* answer :
       {"403 Forbidden", "429 Too Many", "500 Internal", "503 Unavailable", "504 Timeout"}) {
    CHECK(starting(answer));
  }
  for (const char* answer : {"400 Bad Request", "401 Unauthorized", "422 Invalid", "200 OK"}) {
    CHECK_FALSE(starting(answer));
  }
}

TEST_CASE("a server that is not there is unreachable, and may be starting", "[kube]") {
  kube::Client client("http://127.0.0.1:1", {});
  try {
    (void)client.get("/x", kNever);
    FAIL("an answer from nobody");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::cluster_unreachable);
    CHECK(error.failure().message == "the API server at http://127.0.0.1:1 does not answer");
    CHECK(kube::is_starting_up(error));
  }
}

TEST_CASE("a server of another authority or name is not trusted, and not starting up", "[kube]") {
  const auto authority = pki::Authority::make("kubernetes");
  const auto other = pki::Authority::make("kubernetes");
  const auto server_cert = authority.issue(
      {.common_name = "kube-apiserver", .dns_names = {"a-node"}, .usage = pki::Usage::server});
  const auto us = authority.issue({.common_name = "us"});
  http::TestServer server(
      [](const http::Received&, http::Peer& peer) { return peer.send(http::to_answer("200 OK", "{}")); },
      http::ServerTls{server_cert.certificate, server_cert.key, authority.certificate()}, true);
  const std::string url = server.endpoint().base_url;

  kube::Client good(url, {authority.certificate(), us.certificate, us.key}, "a-node");
  CHECK(good.get("/x", kNever).has_value());

  const auto code = [&](const kube::Credentials& credentials, const std::string& name) {
    kube::Client client(url, credentials, name);
    try {
      (void)client.get("/x", kNever);
    } catch (const Error& error) {
      CHECK_FALSE(kube::is_starting_up(error));
      return error.code();
    }
    return ErrorCode::internal;
  };
  CHECK(code({other.certificate(), us.certificate, us.key}, "a-node") == ErrorCode::untrusted);
  CHECK(code({authority.certificate(), us.certificate, us.key}, "another") == ErrorCode::untrusted);
}

TEST_CASE("many threads share one client", "[kube]") {
  ApiServer server;
  server.on("GET /x", {{.body = R"({"n":1})"}});
  kube::Client client(server.url(), {});
  std::vector<int> seen(8);
  {
    std::vector<std::jthread> threads;
    for (int& sum : seen) {
      threads.emplace_back([&client, &sum] {
        for (int i = 0; i < 25; ++i) {
          sum += client.get("/x", {})->at("n").get<int>();
        }
      });
    }
  }
  CHECK(seen == std::vector<int>(8, 25));
  CHECK(server.count("GET /x") == 200);
}
