// SPDX-License-Identifier: Apache-2.0
// What servers of the live API say, as text, one JSON object each: made, and read by clients. What may be in
// them is in protocol.cpp alone. Pure; from any thread.
#pragma once

#include "live/position.hpp"
#include "live/requests.hpp"
#include "live/world.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::live {

// Of the server: what it is, and which engine it looks at.
struct ServerInfo {
  std::string version;
  std::string engine;  // address
};

// --- server to client
// `viewer`: id of the object that tells of the client; empty: there is none.
[[nodiscard]] std::string welcome_message(const Position& now, bool is_resumed, bool takes_commands,
                                          const ServerInfo& server, std::string_view viewer = {});
// One part of a snapshot.
[[nodiscard]] std::string snapshot_message(Version version, const std::vector<ChangePtr>& objects,
                                           bool is_complete);
// What the engine says, in the words of a `change`.
[[nodiscard]] Change set_change(Version version, const Subject& subject, const std::string& object,
                                Moment at);
[[nodiscard]] Change removal_change(Version version, const Subject& subject, Moment at);
[[nodiscard]] std::string bye_message(std::string_view reason);
[[nodiscard]] std::string error_message(std::string_view message, std::string_view remedy);

// About a command, by its object's id.
[[nodiscard]] std::string started_message(std::string_view id, std::string_view command);
// `member`: "id" of a `run`, "command" of anything else.
[[nodiscard]] std::string refused_message(std::string_view member, std::string_view id,
                                          std::string_view message, std::string_view remedy);
[[nodiscard]] std::string joined_message(std::string_view command);
[[nodiscard]] std::string output_message(std::string_view command, bool is_error, std::string_view bytes);
[[nodiscard]] std::string resized_message(std::string_view command, const TerminalSize& size);
// `line`: of the event log. Empty for a line that is none.
[[nodiscard]] std::string progress_message(std::string_view command, std::string_view line);
[[nodiscard]] std::string gap_message(std::string_view command);
[[nodiscard]] std::string taken_message(std::string_view command);
[[nodiscard]] std::string ended_message(std::string_view command, int code);

// An object as messages have it.
[[nodiscard]] std::string object_text(const Object& object);

// What is in an object's data, as texts for people: member -> value, lists with commas between,
// maps as a=b.
[[nodiscard]] std::map<std::string, std::string> facts_of(const Object& object);

// --- what a client needs of what it is sent. Error{untrusted} for what the API does not say.
struct Received {
  std::string type;
  std::optional<Position> welcome;  // of `welcome`: its run and version
  ServerInfo server;                // of `welcome`
  bool is_resumed = false;          // of `welcome`
  bool takes_commands = false;      // of `welcome`
  bool is_complete = false;         // of `snapshot`: no part follows
  Version version = 0;              // of `snapshot` and `change`
  std::vector<Object> objects;      // of `snapshot` and `change`
  std::optional<Subject> removed;   // of `change`: its kind and id
  std::string reason;               // of `bye`, `error` and `refused`
  std::string remedy;               // of `error` and `refused`
  std::string command;              // of what is about one: its object's id
  bool is_error = false;            // of `output`: it said so on standard error
  std::string bytes;                // of `output`
  int code = 0;                     // of `ended`
};
[[nodiscard]] Received read_server_message(std::string_view text);

// Where a client can resume, once it has taken the messages given so far. Nothing while it does not know all
// of the world: before the end of a snapshot.
class Bookmark {
 public:
  void take(const Received& message);
  [[nodiscard]] const std::optional<Position>& position() const { return position_; }

 private:
  std::string run_;
  std::optional<Position> position_;
};

}  // namespace ingot::live
