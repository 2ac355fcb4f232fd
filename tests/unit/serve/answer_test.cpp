// SPDX-License-Identifier: Apache-2.0
#include "serve/answer.hpp"

#include "unit/live/objects.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

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
  CHECK(page.get("/commands.json").status == 404);
  CHECK(answer("GET", parse_target("/commands.json"), page.world, kServer, page.metrics, "{}").body ==
        "{}\n");
  CHECK(answer("POST", parse_target("/state"), page.world, kServer, page.metrics).status == 405);
}

TEST_CASE("Answer: the console, and what browsers are told about it", "[serve]") {
  Page page;
  const auto header = [](const Answer& given, std::string_view name) {
    const auto found = std::ranges::find(given.headers, name,
                                         [](const auto& entry) -> const std::string& { return entry.first; });
    return found == given.headers.end() ? std::string() : found->second;
  };
  for (const auto& [path, type] :
       std::map<std::string, std::string>{{"/", "text/html; charset=utf-8"},
                                          {"/?token=x", "text/html; charset=utf-8"},
                                          {"/console/app.js", "text/javascript; charset=utf-8"},
                                          {"/console/console.css", "text/css; charset=utf-8"},
                                          {"/console/icon.svg", "image/svg+xml"}}) {
    CAPTURE(path);
    const auto given = page.get(path);
    CHECK(given.status == 200);
    CHECK(given.content_type == type);
    CHECK_FALSE(given.body.empty());
    const auto policy = header(given, "Content-Security-Policy");
    CHECK(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; "));
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(header(given, "Referrer-Policy") == "no-referrer");
  }
  for (const char* path : {"/console", "/console/", "/console/nothing.js", "/console/../app.js",
                           "/console/index.html", "/console//app.js", "/index.html", "/console/app.js/"}) {
    CAPTURE(path);
    CHECK(page.get(path).status == 404);
  }
  CHECK(answer("POST", parse_target("/"), page.world, kServer, page.metrics).status == 405);
  CHECK(answer("PUT", parse_target("/console/app.js"), page.world, kServer, page.metrics).status == 405);
  CHECK(answer("HEAD", parse_target("/"), page.world, kServer, page.metrics).status == 200);
}

TEST_CASE("Answer: whatever the console's files ask for is there", "[serve]") {
  Page page;
  static const std::regex import(R"((?:from |import\()'\./([a-z_]+\.js)')");
  std::set<std::string> seen;
  std::vector<std::string> open{"boot.js"};
  while (!open.empty()) {
    const auto name = open.back();
    open.pop_back();
    if (seen.insert(name).second) {
      CAPTURE(name);
      const auto given = page.get("/console/" + name);
      REQUIRE(given.status == 200);
      for (std::sregex_iterator found(given.body.begin(), given.body.end(), import), end; found != end;
           ++found) {
        open.push_back((*found)[1]);
      }
    }
  }
  CHECK(seen.size() > 20);
}

TEST_CASE("Answer: nothing in the console's files asks anybody else", "[serve]") {
  Page page;
  const auto index = page.get("/").body;
  CHECK(index.find("http:") == std::string::npos);
  CHECK(index.find("https:") == std::string::npos);
  CHECK(index.find("<script>") == std::string::npos);
  CHECK(page.get("/console/console.css").body.find("url(") == std::string::npos);
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
