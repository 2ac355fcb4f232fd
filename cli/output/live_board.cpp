// SPDX-License-Identifier: Apache-2.0
#include "output/live_board.hpp"

#include "base/text.hpp"
#include "output/failure.hpp"
#include "output/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ingot::cli::output {

namespace {

using live::Kind;
using Facts = std::map<std::string, std::string>;

struct Column {
  std::string header;
  std::string fact;  // "": its name
};

// What of each kind is worth a column.
const std::vector<Column>& columns_of(Kind kind) {
  static const std::map<Kind, std::vector<Column>> all{
      {Kind::engine, {{"ENGINE", ""}, {"STATE", "state"}, {"DETAIL", "detail"}}},
      {Kind::cluster,
       {{"CLUSTER", ""},
        {"STATE", "state"},
        {"RUNNING", "running"},
        {"CONTROL-PLANES", "controlPlanes"},
        {"WORKERS", "workers"}}},
      {Kind::node, {{"NODE", ""}, {"STATE", "state"}, {"ROLE", "role"}, {"ADDRESS", "address"}}},
      {Kind::kube_api, {{"API", ""}, {"STATE", "state"}, {"DETAIL", "detail"}}},
      {Kind::kube_node,
       {{"KUBE-NODE", ""}, {"STATE", "state"}, {"VERSION", "version"}, {"CONDITIONS", "conditions"}}},
      {Kind::deployment,
       {{"DEPLOYMENT", ""}, {"READY", "pods"}, {"UPDATED", "updated"}, {"IMAGES", "images"}}},
      {Kind::service, {{"SERVICE", ""}, {"TYPE", "type"}, {"ADDRESSES", "addresses"}, {"PORTS", "ports"}}},
      {Kind::pod,
       {{"POD", ""},
        {"STATE", "state"},
        {"READY", "ready"},
        {"RESTARTS", "restarts"},
        {"ADDRESS", "address"},
        {"ON", "node"}}},
      {Kind::event,
       {{"EVENT", ""}, {"LEVEL", "level"}, {"REASON", "reason"}, {"TIMES", "count"}, {"MESSAGE", "message"}}},
      {Kind::instance, {{"INSTANCE", ""}, {"STATE", "state"}, {"ADDRESS", "address"}, {"SSH", "ssh"}}},
      {Kind::device,
       {{"DEVICE", ""},
        {"STATE", "state"},
        {"MODEL", "model"},
        {"BYTES", "memoryBytes"},
        {"HOLDERS", "holders"}}},
      {Kind::network, {{"NETWORK", ""}, {"DRIVER", "driver"}, {"SUBNETS", "subnets"}}},
      {Kind::usage,
       {{"USAGE", ""},
        {"MILLICORES", "cpuMillicores"},
        {"BYTES", "memoryBytes"},
        {"LIMIT", "memoryLimitBytes"},
        {"PIDS", "pids"}}},
      {Kind::image, {{"IMAGE", ""}, {"BYTES", "sizeBytes"}}},
      {Kind::command,
       {{"COMMAND", ""},
        {"STATE", "state"},
        {"CODE", "code"},
        {"BY", "who"},
        {"CHANNEL", "channel"},
        {"ARGUMENTS", "arguments"}}},
      {Kind::viewer, {{"VIEWER", ""}, {"NAME", "name"}, {"ROLE", "role"}, {"CHANNEL", "channel"}}}};
  return all.at(kind);
}

std::string fact(const Facts& facts, const std::string& name) {
  const auto found = facts.find(name);
  return found == facts.end() ? "" : harmless(found->second);
}

// What an object is, in few words; what has none of its own is only there.
std::string state_in(const Facts& facts, Kind kind) {
  switch (kind) {
    case Kind::kube_node:
      return std::string(fact(facts, "ready") == "true" ? "Ready" : "NotReady") +
             (fact(facts, "unschedulable") == "true" ? ",SchedulingDisabled" : "");
    case Kind::deployment:
      return fact(facts, "pods") + " ready";
    case Kind::service:
      return fact(facts, "type");
    case Kind::pod:
      return fact(facts, "phase");
    case Kind::event:
      return fmt::format("{} {}: {}", fact(facts, "level"), fact(facts, "reason"), fact(facts, "message"));
    case Kind::usage:
      return fmt::format("{}m {} bytes", fact(facts, "cpuMillicores"), fact(facts, "memoryBytes"));
    default:
      return fact(facts, "state");
  }
}

// With what columns show that is in no one member.
Facts shown_of(const live::Object& object) {
  auto facts = live::facts_of(object);
  if (object.subject.kind == Kind::deployment) {
    facts["pods"] = facts["ready"] + "/" + facts["wanted"];
  }
  facts["state"] = state_in(facts, object.subject.kind);
  return facts;
}

// Some have ids that say little to people.
std::string name_of(const live::Object& object, const Facts& facts) {
  const auto kind = object.subject.kind;
  if (kind == Kind::event) {
    return fmt::format("{}/{}/{}", harmless(object.subject.cluster), fact(facts, "namespace"),
                       fact(facts, "about"));
  }
  const auto name = fact(facts, kind == Kind::image ? "tags" : kind == Kind::network ? "name" : "");
  return name.empty() ? harmless(object.subject.id) : name;
}

Colour colour_of(const std::string& state) {
  constexpr std::array<std::string_view, 7> kGood{"Running",   "running", "Connected", "Ready",
                                                  "Completed", "Free",    "Held"};
  constexpr std::array<std::string_view, 9> kBad{
      "dead", "exited", "Away", "Stopped", "NotReady", "CrashLoopBackOff", "Error", "Absent", "Unusable"};
  if (std::ranges::find(kGood, state) != kGood.end()) {
    return Colour::green;
  }
  return std::ranges::find(kBad, state) != kBad.end() ? Colour::red : Colour::yellow;
}

std::vector<Cell> row_of(const live::Object& object) {
  const auto facts = shown_of(object);
  std::vector<Cell> row;
  for (const auto& column : columns_of(object.subject.kind)) {
    const auto text = column.fact.empty() ? name_of(object, facts) : fact(facts, column.fact);
    row.emplace_back(text.empty() ? "-" : text, column.fact == "state" ? colour_of(text) : Colour::none);
  }
  return row;
}

std::string line_of(const live::Object& object) {
  const auto facts = shown_of(object);
  auto state = fact(facts, "state");
  if (object.subject.kind == Kind::pod) {
    state += " " + fact(facts, "ready");
  }
  return fmt::format("{}/{} {}", live::to_text(object.subject.kind), name_of(object, facts),
                     state.empty() ? "is there" : state);
}

}  // namespace

std::vector<std::string> LiveBoard::take(std::string_view message) {
  const auto received = live::read_server_message(message);
  if (received.welcome) {  // of another run perhaps, whose versions begin anew
    server_ = received.server;
    version_ = received.welcome->version;
    coming_.clear();
  }
  version_ = std::max(version_, received.version);
  if (received.type == "snapshot") {
    return take_part(received);
  }
  std::vector<std::string> lines;
  for (const auto& object : received.objects) {
    objects_[{object.subject.kind, object.subject.id}] = object;
    lines.push_back(line_of(object));
  }
  return received.removed ? remove({received.removed->kind, received.removed->id}) : lines;
}

std::vector<std::string> LiveBoard::take_part(const live::Received& part) {
  coming_.insert(coming_.end(), part.objects.begin(), part.objects.end());
  if (!part.is_complete) {
    return {};
  }
  auto gone = objects_;
  std::vector<std::string> told;
  for (auto& object : std::exchange(coming_, {})) {
    const Key key{object.subject.kind, object.subject.id};
    const auto known = gone.find(key);
    if (known == gone.end() || live::object_text(known->second) != live::object_text(object)) {
      told.push_back(line_of(object));
    }
    gone.erase(key);
    objects_[key] = std::move(object);
  }
  std::vector<std::string> lines;
  for (const auto& [key, object] : gone) {
    lines.push_back(remove(key).front());
  }
  lines.insert(lines.end(), told.begin(), told.end());
  return lines;
}

std::vector<std::string> LiveBoard::remove(const Key& key) {
  const auto known = objects_.find(key);
  if (known == objects_.end()) {
    return {};
  }
  const auto name = name_of(known->second, shown_of(known->second));
  objects_.erase(known);
  return {fmt::format("{}/{} is gone", live::to_text(key.first), name)};
}

std::string LiveBoard::tables(const Style& style) const {
  const TableLayout layout{.columns = static_cast<std::size_t>(style.columns)};
  std::string text;
  for (const Kind kind : live::kAllKinds) {
    Table table{.headers = {}, .rows = {}};
    for (const auto& [key, object] : objects_) {
      if (key.first == kind) {
        table.rows.push_back(row_of(object));
      }
    }
    for (const auto& column : columns_of(kind)) {
      table.headers.push_back(column.header);
    }
    text += table.rows.empty() ? "" : render(table, style, layout) + "\n";
  }
  return text;
}

std::string LiveBoard::title(const Style& style) const {
  if (lost_.empty()) {
    return fmt::format("ingot watch   {}   version {}   q quits", harmless(server_.engine), version_);
  }
  return fmt::format("ingot watch   Reconnecting{}   {}   q quits", style.unicode ? "…" : "...",
                     harmless(lost_));
}

std::string LiveBoard::picture(const Style& style, std::size_t rows, std::size_t& first) const {
  auto lines = base::split(tables(style), '\n');
  while (!lines.empty() && lines.back().empty()) {
    lines.pop_back();
  }
  const std::size_t room = rows > 2 ? rows - 2 : 0;
  first = std::min(first, lines.size() > room ? lines.size() - room : 0);
  const auto columns = static_cast<std::size_t>(style.columns);
  std::string text = style.paint(lost_.empty() ? Colour::bold : Colour::yellow,
                                 shorten(title(style), columns, style.unicode));
  text += "\n";
  for (std::size_t i = first; i < std::min(lines.size(), first + room); ++i) {
    text += "\n" + lines[i];
  }
  return text;
}

}  // namespace ingot::cli::output
