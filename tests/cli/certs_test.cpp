// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using Catch::Matchers::Contains;
using ingot::testing::Console;
using nlohmann::json;

TEST_CASE_METHOD(Console, "certificates are shown as a table and as JSON", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  REQUIRE(run({"cluster", "certs", "show", "demo"}) == 0);
  CHECK_THAT(out, Contains("AUTHORITY") && Contains("etcd/healthcheck-client") && Contains("valid"));
  REQUIRE(run({"cluster", "certs", "show", "demo", "-o", "json"}) == 0);
  const auto shown = json::parse(out);
  CHECK(shown.at("kind") == "CertificateList");
  const auto& api_server = shown.at("items").at(3);
  CHECK(api_server.at("name") == "apiserver");
  CHECK(api_server.at("node") == "demo-control-plane");
  CHECK(api_server.at("subject") == "CN=kube-apiserver");
  CHECK(api_server.at("authority") == "ca");
  CHECK(api_server.at("state") == "valid");
  CHECK(api_server.at("daysLeft") >= 3648);
  CHECK(run({"cluster", "certs", "show", "nowhere"}) == 3);
}

TEST_CASE_METHOD(Console, "certificates are renewed, and the plan is shown before", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  REQUIRE(run({"cluster", "certs", "renew", "demo"}) == 0);
  CHECK(out == "cluster/demo certificates last as long as they can already\n");
  REQUIRE(run({"cluster", "certs", "renew", "demo", "--days", "90", "--dry-run"}) == 0);
  CHECK_THAT(out, Contains("node/demo-control-plane/renew: apiserver: it ends"));
  REQUIRE(run({"cluster", "certs", "renew", "demo", "--days", "90", "-o", "json"}) == 0);
  const auto renewed = json::parse(out);
  CHECK(renewed.at("kind") == "CertificatesRenewed");
  CHECK(renewed.at("nodes").at(0).at("renewed").size() == 13);
  CHECK(renewed.at("cutByAuthority") == false);
  REQUIRE(run({"cluster", "certs", "renew", "demo", "--days", "90", "--dry-run"}) == 0);
  CHECK(out == "nothing to do\n");
  REQUIRE(run({"cluster", "certs", "renew", "demo", "--days", "20"}) == 0);
  CHECK_THAT(out, Contains("13 certificates renewed, valid until"));
  REQUIRE(run({"cluster", "certs", "show", "demo"}) == 0);
  CHECK_THAT(err, Contains("apiserver of demo-control-plane: expires"));
}

TEST_CASE_METHOD(Console, "how long certificates are to last is a number of days", "[cli]") {
  for (const auto* days : {"0", "-1", "3651", "soon", "1.5"}) {
    CHECK(run({"cluster", "certs", "renew", "demo", "--days", days}) == 2);
  }
  CHECK(run({"cluster", "certs", "renew", "demo", "--timeout", "soon"}) == 2);
  CHECK(engine.requests().empty());
  CHECK(run({"cluster", "certs", "renew", "--help"}) == 0);
  CHECK(run({"cluster", "certs", "show", "--help"}) == 0);
}
