// SPDX-License-Identifier: Apache-2.0
// The command line of `cluster logs`, the event log, and -v.
#include "cli/console.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using Catch::Matchers::Contains;
using ingot::testing::Console;
using ingot::testing::Process;
using ingot::testing::scripted;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

class LoggingConsole : public Console {
 public:
  LoggingConsole() {
    engine.add_program({"cat", "/kind/version"}, scripted({.out = "v1.31.0\n"}));
    engine.add_program({"journalctl"}, scripted({.out = "a journal\n"}));
    engine.add_program({"bash", "-c"}, scripted({.out = "a line\nanother\x1b[31m\n"}));
    engine.add_program({"sh", "-c"}, [](Process& process) {
      const bool is_tar = process.info().argv.at(2).find("tar ") != std::string::npos;
      process.out(is_tar ? ingot::tar::pack({{.path = "/pods/0.log", .content = "x"}}) : "IMAGE\n");
      return 0;
    });
  }

  [[nodiscard]] std::vector<json> log_lines(
      const std::string& path = ".local/state/ingot/events.jsonl") const {
    std::ifstream file(home / path);
    std::vector<json> lines;
    for (std::string line; std::getline(file, line);) {
      lines.push_back(json::parse(line));
    }
    return lines;
  }
};

}  // namespace

TEST_CASE_METHOD(LoggingConsole, "logs go to a folder, whose name is all of standard output", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  CHECK(run({"cluster", "logs", "demo", "logs"}) == 0);
  CHECK(out == (home / "logs") + "\n");
  CHECK(fs::exists(home / "logs/demo-control-plane/pods/0.log"));
  const auto events = fs::file_size(home / "logs/ingot-events.jsonl");
  CHECK(events > 0);

  CHECK(run({"cluster", "logs", "demo", "logs", "-o", "json"}) == 0);
  const auto result = json::parse(out);
  CHECK(result.at("kind") == "ClusterLogs");
  CHECK(result.at("folder") == (home / "logs"));
  CHECK(result.at("missing").empty());
  CHECK(fs::file_size(home / "logs/ingot-events.jsonl") == events);  // looking is no event
}

TEST_CASE_METHOD(LoggingConsole, "without a folder a new one among the temporary files is taken", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  host.environment["TMPDIR"] = home.path().string();
  CHECK(run({"cluster", "logs", "demo"}) == 0);
  CHECK(out.starts_with(home / "ingot-logs-"));
  CHECK(fs::exists(out.substr(0, out.size() - 1) + "/docker-info.txt"));
  CHECK(run({"cluster", "logs", "other"}) == 3);
  CHECK(std::distance(fs::directory_iterator(home.path()), fs::directory_iterator()) > 0);
}

TEST_CASE_METHOD(LoggingConsole, "what is missing makes the exit code 1, and is told", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  engine.add_program({"journalctl"}, scripted({.exit_code = 1}));
  CHECK(run({"cluster", "logs", "demo", "logs"}) == 1);
  CHECK(out == (home / "logs") + "\n");
  CHECK_THAT(err, Contains("warning: missing: demo-control-plane/kubelet.log: journalctl exited with 1\n"));
}

TEST_CASE_METHOD(LoggingConsole, "lines of one component go to standard output", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  CHECK(run({"cluster", "logs", "demo", "--component", "kubelet", "--tail", "-1", "--since", "5m"}) == 0);
  CHECK(out == "a line\nanother\x1b[31m\n");
  CHECK(err.empty());
  CHECK(run({"cluster", "logs", "demo", "--component", "kubelet", "-o", "json"}) == 0);
  CHECK(json::parse(out.substr(0, out.find('\n'))) ==
        json{{"source", "demo-control-plane"}, {"text", "a line"}});
  host.out.is_terminal = true;  // escape sequences of others do not act on it
  CHECK(run({"cluster", "logs", "demo", "--node", "demo-control-plane"}) == 0);
  CHECK_THAT(out, Contains("another?[31m\n"));
}

TEST_CASE_METHOD(LoggingConsole, "contradictions are wrong usage, before anything is asked", "[cli]") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--follow"},
                                                {"--since", "5m"},
                                                {"--tail", "3"},
                                                {"x", "--component", "etcd"},
                                                {"--component", "etcd", "--tail", "many"},
                                                {"--component", "etcd", "--since", "soon"}}) {
    std::vector<std::string> all{"cluster", "logs", "demo"};
    all.insert(all.end(), words.begin(), words.end());
    CHECK(run(all) == 2);
    CHECK(engine.requests().empty());
  }
}

TEST_CASE_METHOD(LoggingConsole, "what changes something is kept in the event log", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  CHECK(run({"cluster", "list"}) == 0);
  CHECK(run({"cluster", "delete", "demo", "--yes"}) == 0);
  const auto lines = log_lines();
  REQUIRE(lines.size() > 10);
  CHECK(lines.front().at("type") == "command");
  CHECK(lines.front().at("arguments") == json({"cluster", "create", "demo"}));
  CHECK(lines.back().at("type") == "commandEnded");
  CHECK(lines.back().at("exitCode") == 0);
  int commands = 0;
  for (const auto& line : lines) {
    CHECK(line.at("subject") == "cluster/demo");
    commands += line.at("type") == "command" ? 1 : 0;
    CHECK(line.dump().find("PRIVATE KEY") == std::string::npos);
  }
  CHECK(commands == 2);
}

TEST_CASE_METHOD(LoggingConsole, "a failed create names its log, in words and as JSON", "[cli]") {
  engine.faults().fail({.method = "POST", .path = "/containers/[^/]+/start", .nth = 0}, 500, "no space");
  CHECK(run({"cluster", "create", "demo"}) == 1);
  const auto path = home / ".local/state/ingot/events.jsonl";
  CHECK_THAT(err, Contains("log: " + path + "\n"));
  const auto last = log_lines().back();
  CHECK(last.at("exitCode") == 1);
  CHECK(last.at("failure").dump().find("no space") != std::string::npos);
  CHECK(run({"cluster", "create", "demo", "-o", "json"}) == 1);
  CHECK(json::parse(err.substr(err.find('{'))).at("log") == path);
}

TEST_CASE_METHOD(LoggingConsole, "INGOT_LOG names another file, or none", "[cli]") {
  host.environment["INGOT_LOG"] = "mine.jsonl";
  REQUIRE(run({"cluster", "create", "demo"}) == 0);
  CHECK(log_lines("mine.jsonl").size() > 5);
  host.environment["INGOT_LOG"] = "off";
  REQUIRE(run({"cluster", "delete", "demo", "--yes"}) == 0);
  CHECK_FALSE(fs::exists(home / ".local/state"));
}

TEST_CASE_METHOD(LoggingConsole, "a log that cannot be written fails no create", "[cli]") {
  std::ofstream(home / "file") << "x";
  host.environment["XDG_STATE_HOME"] = home / "file";
  CHECK(run({"cluster", "create", "demo"}) == 0);
  CHECK(err.find(home / "file") == std::string::npos);
}

TEST_CASE_METHOD(LoggingConsole, "requests are shown with -v, their bodies with -vv, and a key never",
                 "[cli]") {
  CHECK(run({"cluster", "list", "-v"}) == 0);
  CHECK_THAT(err, Contains("http: GET /v1.45/containers/json?"));
  CHECK(err.find("http: <") == std::string::npos);
  CHECK(run({"-v", "cluster", "list", "-v"}) == 0);
  CHECK_THAT(err, Contains("http: < ["));
  CHECK(run({"-vv", "cluster", "create", "demo"}) == 0);
  CHECK_THAT(err, Contains("/containers/create?name=demo-control-plane 201"));
  CHECK_THAT(err, Contains("https://127.0.0.1:"));
  CHECK(err.find("PRIVATE KEY") == std::string::npos);
  CHECK(err.find("LS0tLS1CRUdJTi") == std::string::npos);
  CHECK(run({"cluster", "list"}) == 0);
  CHECK(err.find("http:") == std::string::npos);
}

TEST_CASE_METHOD(LoggingConsole, "with -v progress as JSON stays JSON", "[cli]") {
  REQUIRE(run({"cluster", "create", "demo", "--progress", "json", "-vv"}) == 0);
  bool has_request = false;
  for (std::size_t at = 0; at < err.size();) {
    const auto end = err.find('\n', at);
    const auto line = err.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("{")) {
      has_request = has_request || json::parse(line).value("text", "").starts_with("http: ");
    } else if (line.starts_with("http:")) {
      CHECK(line.find("/_ping") != std::string::npos);  // before the operation is displayed
    }
  }
  CHECK(has_request);
}
