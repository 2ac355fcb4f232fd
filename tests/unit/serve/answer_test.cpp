// SPDX-License-Identifier: Apache-2.0
#include "serve/answer.hpp"

#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::serve {

namespace {

using nlohmann::json;

const live::ServerInfo kServer{.version = "1", .engine = "unix:///e"};

class Page {
 public:
  live::World world;
  Metrics metrics;

  Answer get(std::string_view target) { return answer("GET", parse_target(target), world, kServer, metrics); }
};

}  // namespace

TEST_CASE("Answer: a target is taken apart and decoded", "[serve]") {
  const auto target = parse_target("/state?label=a%3Db&cluster=x+y&token&bad=%zz");
  CHECK(target.path == "/state");
  CHECK(query_of(target, "label") == "a=b");
  CHECK(query_of(target, "cluster") == "x y");
  CHECK(query_of(target, "token").empty());
  CHECK(query_of(target, "bad") == "%zz");
  CHECK(parse_target("/").query.empty());
}

TEST_CASE("Answer: the state, filtered", "[serve]") {
  Page page;
  page.world.set(testing::node_object("a", "running", "one"), {});
  page.world.set(testing::node_object("b", "running", "two"), {});
  const auto all = json::parse(page.get("/state").body);
  CHECK(all.at("welcome").at("version") == 2);
  CHECK(all.at("snapshot").at("objects").size() == 2);
  CHECK(json::parse(page.get("/state?kind=node&cluster=two").body).at("snapshot").at("objects").size() == 1);
  CHECK(page.get("/state?kind=toaster").status == 400);
  CHECK(page.get("/state?nothing=1").status == 400);
}

TEST_CASE("Answer: pages that are there, and those that are not", "[serve]") {
  Page page;
  CHECK(page.get("/healthz").body == "ok\n");
  CHECK(json::parse(page.get("/asyncapi.json").body).at("asyncapi") == "3.0.0");
  CHECK(page.get("/../state").status == 404);
  CHECK(answer("POST", parse_target("/state"), page.world, kServer, page.metrics).status == 405);
}

TEST_CASE("Answer: metrics as Prometheus reads them", "[serve]") {
  Page page;
  page.world.set(testing::node_object("a"), {});
  page.metrics.subscribers = 2;
  page.metrics.dropped["slow"] = 1;
  page.metrics.add_delay(std::chrono::milliseconds(7));
  const auto text = page.get("/metrics").body;
  for (const char* line :
       {"ingot_objects{kind=\"node\"} 1\n", "ingot_objects{kind=\"image\"} 0\n", "ingot_subscribers 2\n",
        "ingot_changes_total 1\n", "ingot_dropped_total{reason=\"slow\"} 1\n",
        "ingot_delay_seconds_bucket{le=\"0.005\"} 0\n", "ingot_delay_seconds_bucket{le=\"0.01\"} 1\n",
        "ingot_delay_seconds_count 1\n"}) {
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
}

}  // namespace ingot::serve
