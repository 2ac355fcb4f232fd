// SPDX-License-Identifier: Apache-2.0
// What the verbs on logs take and give: plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::logs {

// Given to `write` piece by piece.
using TextSource = std::function<void(const std::function<void(std::string_view)>& write)>;

struct ExportOptions {
  std::string folder;             // absolute; made where it is not there, what it holds already stays
  std::string version_text;       // for kind-version.txt
  bool only_kinds_files = false;  // exactly what `kind export logs` leaves: no objects, nothing else
  TextSource event_log;           // for ingot-events.jsonl; null: there is none
};

// Something that should be there and is not, or not whole.
struct Missing {
  std::string what;  // "demo-worker/journal.log"
  std::string reason;
};

struct ExportResult {
  std::string cluster;
  std::string folder;
  std::vector<std::string> nodes;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::vector<Missing> missing;  // by what
};

struct ReadOptions {
  std::string node;       // empty: every node that has the component
  std::string component;  // see component.hpp; empty: the node's whole journal
  bool follow = false;
  std::optional<std::chrono::seconds> since;  // nothing older than that
  std::optional<std::uint64_t> tail;          // of each source, at most so many of the last lines
};

// One line of one source, without its end.
struct Line {
  std::string_view source;  // "demo-control-plane", "demo-worker/coredns-5d78c9869d-abcde"
  std::string_view text;
  bool is_only_source = false;  // nothing else can come
};

// Called by one thread at a time. Returns false when nobody wants more.
using LineSink = std::function<bool(const Line& line)>;

struct ReadResult {
  std::uint64_t sources = 0;
  std::vector<std::string> stopped_nodes;  // that ended while they were followed
};

}  // namespace ingot::logs
