// SPDX-License-Identifier: Apache-2.0
#include "event_log.hpp"

#include "support/temp_dir.hpp"

#include <sys/stat.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

using namespace ingot;
using cli::EventLog;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::vector<json> lines_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<json> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(json::parse(line));
  }
  return lines;
}

plan::Event started() {
  return {.body = plan::OperationStarted{.verb = "create", .subject = "cluster/demo", .steps = {}}};
}

plan::Event failed_step(std::string detail) {
  return {.at = std::chrono::milliseconds(5),
          .body = plan::StepFinished{
              .id = "a",
              .title = "do a",
              .state = plan::StepState::failed,
              .failure = base::Failure{.message = "it failed", .detail = std::move(detail)}}};
}

}  // namespace

TEST_CASE("the log tells what the command was, its events, and how it ended", "[log]") {
  const testing::TempDir home;
  const auto path = home / "state/ingot/events.jsonl";
  EventLog log({"cluster", "create", "demo"});
  log.begin(path, "cluster/demo");
  log.add(started());
  log.add({.body = plan::StepProgress{.id = "a", .text = "much", .current = 1, .total = 2}});
  log.add(failed_step("last words"));
  const base::Failure failure{.code = base::ErrorCode::command_failed, .message = "no cluster"};
  log.end(1, &failure);

  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 4);  // progress is too much
  CHECK(lines[0]["type"] == "command");
  CHECK(lines[0]["arguments"] == json({"cluster", "create", "demo"}));
  CHECK_FALSE(lines[0]["version"].get<std::string>().empty());
  CHECK(lines[1]["type"] == "operationStarted");
  CHECK(lines[2]["failure"]["detail"] == "last words");
  CHECK(lines[3]["type"] == "commandEnded");
  CHECK(lines[3]["exitCode"] == 1);
  CHECK(lines[3]["failure"]["message"] == "no cluster");
  for (const auto& line : lines) {
    CHECK(line["subject"] == "cluster/demo");
    CHECK(line["run"] == lines[0]["run"]);
    CHECK(line["time"].get<std::string>().size() == std::string("2026-01-02T03:04:05.678Z").size());
  }
  CHECK(log.path() == path);
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("a command that does nothing writes nothing", "[log]") {
  const testing::TempDir home;
  EventLog log({"cluster", "create"});
  log.begin(home / "state/log", "cluster/demo");
  log.end(5, nullptr);
  CHECK(fs::is_empty(home.path()));
}

TEST_CASE("no secret gets into the log, and no more than the end of a long text", "[log]") {
  const testing::TempDir home;
  EventLog log({"kubectl", "--token", "abcdef.0123456789abcdef", "--", "create", "secret", "hidden"});
  log.begin(home / "log", "cluster/demo");
  log.add(failed_step(std::string(100'000, 'x') + "\nkubeadm join --token abcdef.0123456789abcdef end"));
  const auto lines = lines_of(home / "log");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].dump().find("abcdef.") == std::string::npos);
  CHECK(lines[0].dump().find("hidden") == std::string::npos);
  const auto detail = lines[1]["failure"]["detail"].get<std::string>();
  CHECK(detail.size() < 17'000);
  CHECK(detail.ends_with("--token (redacted) end"));
}

TEST_CASE("a log that cannot be written changes nothing", "[log]") {
  const testing::TempDir home;
  std::ofstream(home / "file") << "x";
  for (const auto& path :
       {home / "file/below/log", home.path().string(), std::string("/dev/full"), std::string()}) {
    EventLog log({"cluster", "create"});
    log.begin(path, "cluster/demo");
    log.add(failed_step("x"));
    log.end(1, nullptr);
    CHECK(log.path().empty());
  }
}

TEST_CASE("a large log makes room, and its size stays bounded", "[log]") {
  const testing::TempDir home;
  const auto path = home / "log";
  for (int round = 1; round <= 3; ++round) {
    EventLog log({"round", std::to_string(round)});
    log.begin(path, "cluster/demo");
    log.add(started());
    fs::resize_file(path, EventLog::kMostBytes);
  }
  EventLog log({"round", "4"});
  log.begin(path, "cluster/demo");
  log.add(started());
  CHECK(lines_of(path).size() == 2);
  CHECK(fs::file_size(path + ".1") == EventLog::kMostBytes);
  CHECK(std::distance(fs::directory_iterator(home.path()), fs::directory_iterator()) == 2);
}

TEST_CASE("many at once lose no line and break none, also while the log makes room", "[log]") {
  constexpr int kWriters = 8;
  constexpr int kEvents = 100;
  const testing::TempDir home;
  const auto path = home / "log";
  std::ofstream(path) << std::string(EventLog::kMostBytes, '\n');
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < kWriters; ++i) {
      writers.emplace_back([&, i] {
        EventLog log({"writer", std::to_string(i)});
        log.begin(path, "cluster/demo");
        for (int n = 0; n < kEvents; ++n) {
          log.add(failed_step(std::string(1000, 'x')));
        }
      });
    }
  }
  std::size_t lines = 0;
  for (const auto& name : {path, path + ".1"}) {
    std::ifstream file(name, std::ios::binary);
    for (std::string line; std::getline(file, line);) {
      if (!line.empty()) {
        CHECK(json::accept(line));
        ++lines;
      }
    }
  }
  CHECK(lines == kWriters * (kEvents + 1));
}

TEST_CASE("an export takes the lines of its cluster only", "[log]") {
  const testing::TempDir home;
  for (const char* name : {"a", "ab", "a"}) {
    EventLog log({"cluster", "create", name});
    log.begin(home / "log", std::string("cluster/") + name);
    log.add(started());
  }
  std::string text;
  cli::read_event_log(home / "log", "cluster/a", [&](std::string_view line) { text += line; });
  CHECK(std::ranges::count(text, '\n') == 4);
  CHECK(text.find(R"("subject":"cluster/ab")") == std::string::npos);
}
