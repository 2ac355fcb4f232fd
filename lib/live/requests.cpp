// SPDX-License-Identifier: Apache-2.0
#include "live/requests.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "live/wire.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <utility>

namespace ingot::live {

namespace {

using nlohmann::json;

constexpr std::size_t kMostName = 128;  // bytes; others are told it
constexpr std::array<std::pair<std::string_view, int>, 5> kSignals{
    {{"INT", SIGINT}, {"TERM", SIGTERM}, {"HUP", SIGHUP}, {"QUIT", SIGQUIT}, {"KILL", SIGKILL}}};

json kinds_json(const std::vector<Kind>& kinds) {
  json texts = json::array();
  for (const Kind kind : kinds) {
    texts.push_back(to_text(kind));
  }
  return texts;
}

json filter_json(const Filter& filter) {
  json value = {
      {"kinds", kinds_json(filter.kinds)}, {"clusters", filter.clusters}, {"labels", filter.labels}};
  if (!filter.also.empty()) {
    value["also"] = kinds_json(filter.also);
  }
  return value;
}

std::vector<Kind> to_kinds(const json& texts) {
  std::vector<Kind> kinds;
  for (const auto& kind : texts) {
    kinds.push_back(*to_kind(kind.get_ref<const std::string&>()));
  }
  return kinds;
}

Filter to_filter(const json& value) {
  Filter filter;
  filter.kinds = to_kinds(value.value("kinds", json::array()));
  filter.also = to_kinds(value.value("also", json::array()));
  filter.clusters = value.value("clusters", filter.clusters);
  filter.labels = value.value("labels", filter.labels);
  return filter;
}

[[noreturn]] void refuse(const std::string& problem) {
  throw base::Error({.code = base::ErrorCode::invalid_input,
                     .message = "a message is not as the live API has it",
                     .cause = problem,
                     .problems = {problem}});
}

TerminalSize to_size(const json& value) {
  const auto number = [&](const char* name) {
    const std::uint64_t given = value.at(name);
    if (given < 1 || given > 1000) {
      refuse("a terminal has 1 to 1000 columns and rows");
    }
    return static_cast<int>(given);
  };
  return {.columns = number("columns"), .rows = number("rows")};
}

Hello to_hello(const json& message) {
  Hello hello{.resume = std::nullopt,
              .filter = to_filter(message.value("filter", json::object())),
              .watches = message.value("watch", true),
              .name = message.value("name", ""),
              .channel = message.value("channel", ""),
              .only_reads = false,
              .is_beside = message.value("beside", false)};
  if (message.contains("resume")) {
    const json& resume = message.at("resume");
    hello.resume = Position{.run = resume.at("run"), .version = resume.at("version")};
  }
  if (hello.name.size() > kMostName || hello.channel.size() > kMostName) {
    refuse(fmt::format("name and channel have at most {} bytes", kMostName));
  }
  const auto role = message.value("role", "driving");
  if (role != "driving" && role != "reading") {
    refuse("role must be driving or reading");
  }
  hello.only_reads = role == "reading";
  return hello;
}

Run to_run(const json& message) {
  Run run{.id = message.at("id"),
          .arguments = message.at("arguments"),
          .terminal = std::nullopt,
          .is_detached = message.value("detached", false),
          .directory = message.value("directory", ""),
          .environment = std::nullopt};
  if (message.contains("terminal")) {
    run.terminal = to_size(message.at("terminal"));
  }
  if (message.contains("environment")) {
    run.environment = message.at("environment").get<std::map<std::string, std::string>>();
  }
  const auto has_nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (std::ranges::any_of(run.arguments, has_nul) || has_nul(run.directory)) {
    refuse("arguments are texts without NUL");
  }
  for (const auto& [name, value] : run.environment.value_or(std::map<std::string, std::string>())) {
    if (name.empty() || has_nul(name) || has_nul(value) || name.find('=') != std::string::npos) {
      refuse("environment has names without '=', and nothing has NUL");
    }
  }
  return run;
}

Signal to_signal(const json& message) {
  const auto& name = message.at("signal").get_ref<const std::string&>();
  const auto found = std::ranges::find(kSignals, name, &std::pair<std::string_view, int>::first);
  if (found == kSignals.end()) {
    refuse("signal must be one of INT, TERM, HUP, QUIT, KILL");
  }
  return {.command = message.at("command"), .number = found->second};
}

struct ToJson {
  json operator()(const Hello& hello) const {
    json message = {{"type", "hello"}, {"filter", filter_json(hello.filter)}};
    if (hello.resume) {
      message["resume"] = to_json(*hello.resume);
    }
    if (!hello.watches) {
      message["watch"] = false;
    }
    if (!hello.name.empty()) {
      message["name"] = hello.name;
    }
    if (!hello.channel.empty()) {
      message["channel"] = hello.channel;
    }
    if (hello.only_reads) {
      message["role"] = "reading";
    }
    if (hello.is_beside) {
      message["beside"] = true;
    }
    return message;
  }
  json operator()(const Run& run) const {
    json message = {{"type", "run"}, {"id", run.id}, {"arguments", run.arguments}};
    if (run.terminal) {
      message["terminal"] = to_json(*run.terminal);
    }
    if (run.is_detached) {
      message["detached"] = true;
    }
    if (!run.directory.empty()) {
      message["directory"] = run.directory;
    }
    if (run.environment) {
      message["environment"] = *run.environment;
    }
    return message;
  }
  json operator()(const Join& join) const { return {{"type", "join"}, {"command", join.command}}; }
  json operator()(const Leave& leave) const { return {{"type", "leave"}, {"command", leave.command}}; }
  json operator()(const Input& input) const {
    json message = {{"type", "input"}, {"command", input.command}, {"bytes", base::to_base64(input.bytes)}};
    if (input.is_end) {
      message["end"] = true;
    }
    return message;
  }
  json operator()(const Signal& signal) const {
    const auto found = std::ranges::find(kSignals, signal.number, &std::pair<std::string_view, int>::second);
    return {{"type", "signal"}, {"command", signal.command}, {"signal", found->first}};
  }
  json operator()(const Resize& resize) const {
    return {{"type", "resize"}, {"command", resize.command}, {"terminal", to_json(resize.terminal)}};
  }
};

}  // namespace

std::string to_message(const Request& request) {
  return to_line(std::visit(ToJson{}, request));
}

Request read_request(std::string_view text) {
  const json message = parse(text, Sender::client);
  const auto& type = message.at("type").get_ref<const std::string&>();
  if (type == "hello") {
    return to_hello(message);
  }
  if (type == "run") {
    return to_run(message);
  }
  const std::string command = message.at("command");
  if (type == "join") {
    return Join{command};
  }
  if (type == "leave") {
    return Leave{command};
  }
  if (type == "input") {
    return Input{.command = command,
                 .bytes = base::from_base64(message.at("bytes").get_ref<const std::string&>()).value_or(""),
                 .is_end = message.value("end", false)};
  }
  if (type == "signal") {
    return to_signal(message);
  }
  return Resize{.command = command, .terminal = to_size(message.at("terminal"))};
}

bool is_known_signal(int number) {
  return std::ranges::find(kSignals, number, &std::pair<std::string_view, int>::second) != kSignals.end();
}

}  // namespace ingot::live
