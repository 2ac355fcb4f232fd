// SPDX-License-Identifier: Apache-2.0
// The one definition of what messages of the live API look like: a table of shapes. Reading messages and the
// AsyncAPI document both come from it. Pure; from any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::live {

enum class Type {
  text,
  number,  // a whole one, not negative
  flag,
  time,  // RFC 3339 in UTC
  text_list,
  text_map,
  bytes,   // as base64 (RFC 4648)
  object,  // of any shape
  kind,    // of an object
  kind_list,
  shape,  // `of` names it
  shape_list,
};

struct Field {
  std::string_view name;
  Type type = Type::text;
  bool is_required = false;
  std::string_view about;
  std::string_view of = {};
};

struct Shape {
  std::string_view name;
  std::string_view about;
  std::vector<Field> fields;
};

enum class Sender { client, server };

// A message is a shape with a member "type" that says which.
struct Message {
  std::string_view type;
  Sender sender = Sender::server;
  Shape shape;
};

[[nodiscard]] std::span<const Message> messages();
[[nodiscard]] std::span<const Shape> shapes();
// What is in `data` of an object of this kind.
[[nodiscard]] const Shape& data_shape(std::string_view kind);

// What is wrong with a message of `sender`'s; empty: nothing. Members that no shape has are wrong, too.
[[nodiscard]] std::vector<std::string> problems_of(const nlohmann::json& message, Sender sender);

// AsyncAPI 3.0, as indented JSON. `version`: of the program.
[[nodiscard]] std::string asyncapi_document(std::string_view version);

}  // namespace ingot::live
