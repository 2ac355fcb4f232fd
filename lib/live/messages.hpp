// SPDX-License-Identifier: Apache-2.0
// The messages of the live API as text, one JSON object each: made, and read from clients, which are not to
// be trusted. What may be in them is in protocol.cpp alone. Pure; from any thread.
#pragma once

#include "live/world.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::live {

// Where somebody has read up to.
struct Position {
  std::string run;
  Version version = 0;
};

// "RUN:VERSION", as command lines have it.
[[nodiscard]] std::optional<Position> parse_position(std::string_view text);
[[nodiscard]] std::string to_text(const Position& position);

struct Hello {
  std::optional<Position> resume;
  Filter filter;
};

// Of the server: what it is, and which engine it looks at.
struct ServerInfo {
  std::string version;
  std::string engine;  // address
};

// --- server to client
[[nodiscard]] std::string welcome_message(const Position& now, bool is_resumed, const ServerInfo& server);
// One part of a snapshot.
[[nodiscard]] std::string snapshot_message(Version version, const std::vector<ChangePtr>& objects,
                                           bool is_complete);
// What the engine says, in the words of a `change`.
[[nodiscard]] Change set_change(Version version, const Subject& subject, const std::string& object,
                                Moment at);
[[nodiscard]] Change removal_change(Version version, const Subject& subject, Moment at);
[[nodiscard]] std::string bye_message(std::string_view reason);
[[nodiscard]] std::string error_message(std::string_view message, std::string_view remedy);

// An object as messages have it.
[[nodiscard]] std::string object_text(const Object& object);

// --- client to server
[[nodiscard]] std::string hello_message(const Hello& hello);
// Error{invalid_input} with everything that is wrong with it.
[[nodiscard]] Hello read_hello(std::string_view text);

// What is in an object's data, as texts for people: member -> value, lists with commas between,
// maps as a=b.
[[nodiscard]] std::map<std::string, std::string> facts_of(const Object& object);

// --- what a client needs of what it is sent. Error{untrusted} for what the API does not say.
struct Received {
  std::string type;
  std::optional<Position> welcome;  // of `welcome`: its run and version
  ServerInfo server;                // of `welcome`
  bool is_resumed = false;          // of `welcome`
  bool is_complete = false;         // of `snapshot`: no part follows
  Version version = 0;              // of `snapshot` and `change`
  std::vector<Object> objects;      // of `snapshot` and `change`
  std::optional<Subject> removed;   // of `change`: its kind and id
  std::string reason;               // of `bye` and `error`
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
