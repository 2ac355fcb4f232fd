// SPDX-License-Identifier: Apache-2.0
#include "kube/watch.hpp"

#include "api_server.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <thread>

using namespace ingot;
using namespace ingot::kube_test;
using namespace std::chrono_literals;
using base::Error;
using base::ErrorCode;
using kube::EventKind;
using nlohmann::json;

namespace {

const std::string kPath = "/api/v1/nodes";

std::string watch_target(int version, const std::string& more = "") {
  return "GET " + kPath + "?watch=true&allowWatchBookmarks=true&resourceVersion=" + std::to_string(version) +
         more;
}

Answer list_of(const std::vector<std::string>& names, int version) {
  json list{{"metadata", {{"resourceVersion", std::to_string(version)}}}, {"items", json::array()}};
  for (const std::string& name : names) {
    list["items"].push_back({{"metadata", {{"name", name}}}});
  }
  return {.body = list.dump()};
}

// "added:a deleted:b restarted synced": all events until `last` has been seen.
std::string follow(ApiServer& server, const std::string& last, const std::string& query = "",
                   kube::WhenAway when_away = kube::WhenAway::wait) {
  kube::Client client(server.url(), {});
  std::string told;
  kube::watch(
      client, {kPath, query}, base::Clock::now() + 30s,
      [&](EventKind kind, const json& object) {
        constexpr const char* kNames[] = {"added:", "modified:", "deleted:", "restarted", "synced"};
        const std::string line = kNames[static_cast<int>(kind)] +
                                 (object.is_null() ? "" : object["metadata"]["name"].get<std::string>());
        told += (told.empty() ? "" : " ") + line;
        return line != last;
      },
      {}, when_away);
  return told;
}

}  // namespace

TEST_CASE("a watch tells what is there, then each change, however the stream is cut", "[kube]") {
  ApiServer server;
  server.on("GET " + kPath, {list_of({"a", "b"}, 10)});
  const std::string events = event("MODIFIED", "a", 11) + event("DELETED", "b", 12) + event("ADDED", "c", 13);
  std::vector<std::string> bytes;
  for (const char c : events) {
    bytes.emplace_back(1, c);
  }
  server.on(watch_target(10), {{.pieces = bytes, .hang = true}});
  CHECK(follow(server, "added:c") == "added:a added:b synced modified:a deleted:b added:c");
}

TEST_CASE("a stream that ends is taken up where it ended", "[kube]") {
  ApiServer server;
  server.on("GET " + kPath, {list_of({}, 10)});
  server.on(watch_target(10), {{.pieces = {event("ADDED", "a", 11), event("BOOKMARK", "", 20)}}});
  server.on(watch_target(20), {{.pieces = {event("ADDED", "b", 21), "{\"type\":\"ADD"}}});  // cut in a line
  server.on(watch_target(21), {{.pieces = {event("ADDED", "c", 22)}, .hang = true}});
  CHECK(follow(server, "added:c") == "synced added:a added:b added:c");
  CHECK(server.count("GET " + kPath) == 4);
}

TEST_CASE("an expired version leads to a new list", "[kube]") {
  ApiServer server;
  server.on("GET " + kPath, {list_of({"a"}, 10), list_of({"b"}, 30), list_of({"c"}, 40)});
  server.on(watch_target(10), {{.status = "410 Gone", .body = status(410, "Expired", "too old")}});
  server.on(watch_target(30),
            {{.pieces = {"{\"type\":\"ERROR\",\"object\":" + status(410, "Expired", "too old") + "}\n"}}});
  CHECK(follow(server, "added:c") == "added:a synced restarted added:b synced restarted added:c");
}

TEST_CASE("a server that is starting is asked again", "[kube]") {
  ApiServer server;
  server.on("GET " + kPath, {{.status = "403 Forbidden", .body = "{}"},
                             {.status = "503 Unavailable", .body = "starting"},
                             list_of({"a"}, 10)});
  CHECK(follow(server, "added:a") == "added:a");
}

TEST_CASE("a watch that does not wait ends while the server is away", "[kube]") {
  ApiServer server;
  server.on("GET " + kPath, {list_of({"a"}, 10)});
  server.on(watch_target(10), {{.pieces = {event("ADDED", "b", 11)}}});
  server.on(watch_target(11), {{.status = "503 Unavailable", .body = "ending"}});
  try {
    follow(server, "never", "", kube::WhenAway::end);
    FAIL("it goes on");
  } catch (const Error& error) {
    CHECK(kube::is_starting_up(error));
  }
  CHECK(server.count("GET " + kPath) == 3);
}

TEST_CASE("a long list comes in parts, and begins anew when it expires on the way", "[kube]") {
  ApiServer server;
  const auto part = [](const std::string& name, const std::string& rest, int version) {
    const json metadata{{"resourceVersion", std::to_string(version)}, {"continue", rest}};
    return Answer{.body = json{{"metadata", metadata}, {"items", {{{"metadata", {{"name", name}}}}}}}.dump()};
  };
  server.on("GET " + kPath, {part("a", "x/", 10), part("a", "y", 20)});
  server.on("GET " + kPath + "?limit=200&continue=x%2F",
            {{.status = "410 Gone", .body = status(410, "Expired", "too old")}});
  server.on("GET " + kPath + "?limit=200&continue=y", {part("b", "", 20)});
  server.on(watch_target(20), {{.pieces = {event("ADDED", "c", 21)}, .hang = true}});
  CHECK(follow(server, "added:c") == "added:a restarted added:a added:b synced added:c");
}

TEST_CASE("selectors go with the list and with the watch", "[kube]") {
  ApiServer server;
  server.on("GET " + kPath + "?limit=200&labelSelector=a%3Db", {list_of({}, 10)});
  server.on(watch_target(10, "&labelSelector=a%3Db"), {{.pieces = {event("ADDED", "a", 11)}, .hang = true}});
  CHECK(follow(server, "added:a", "labelSelector=a%3Db") == "synced added:a");
}

TEST_CASE("nonsense in a watch is untrusted, a lasting refusal ends it", "[kube]") {
  const auto code = [](ApiServer& server) {
    try {
      (void)follow(server, "never");
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  for (const char* line : {"7\n", "{}\n", "{\"type\":\"ADDED\",\"object\":7}\n", "no json\n"}) {
    ApiServer server;
    server.on("GET " + kPath, {list_of({}, 10)});
    server.on(watch_target(10), {{.pieces = {line}, .hang = true}});
    CHECK(code(server) == ErrorCode::untrusted);
  }
  for (const char* list : {"{}", R"({"items":[7],"metadata":{"resourceVersion":"1"}})"}) {
    ApiServer server;
    server.on("GET " + kPath, {{.body = list}});
    CHECK(code(server) == ErrorCode::untrusted);
  }
  ApiServer server;
  server.on("GET " + kPath, {{.status = "401 Unauthorized", .body = "{}"}});
  CHECK(code(server) == ErrorCode::cluster_refused);
}

TEST_CASE("what the caller throws comes through, also if it looks like the server's", "[kube]") {
  ApiServer server;
  server.on("GET " + kPath, {list_of({"a"}, 10)});
  kube::Client client(server.url(), {});
  const auto throwing = [](EventKind, const json&) -> bool {
    throw Error(ErrorCode::cluster_refused, "mine", "HTTP 503: mine");
  };
  try {
    kube::watch(client, {kPath, ""}, base::Clock::now() + 30s, throwing, {});
    FAIL("nothing came through");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "mine");
  }
}

TEST_CASE("a silent watch ends at its deadline, or at once when a stop is asked for", "[kube]") {
  ApiServer server;
  server.on("GET " + kPath, {list_of({}, 10)});
  server.on(watch_target(10), {{.hang = true}});
  kube::Client client(server.url(), {});
  const auto watch_for = [&](std::chrono::milliseconds time, const std::stop_token& stop) {
    kube::watch(
        client, {kPath, ""}, base::Clock::now() + time, [](EventKind, const json&) { return true; }, stop);
  };
  CHECK_THROWS_AS(watch_for(50ms, {}), Error);
  std::stop_source stop;
  const std::jthread asker([&] {
    while (server.count("GET " + kPath + "?watch") < 2) {  // until the second watch is there
      std::this_thread::yield();
    }
    stop.request_stop();
  });
  CHECK_THROWS_AS(watch_for(10min, stop.get_token()), base::Cancelled);
}
