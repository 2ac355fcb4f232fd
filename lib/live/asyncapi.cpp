// SPDX-License-Identifier: Apache-2.0
// The table of protocol.cpp as an AsyncAPI document (asyncapi.com, version 3.0.0) with JSON Schemas.
#include "live/object.hpp"
#include "live/protocol.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::live {

namespace {

using nlohmann::ordered_json;

ordered_json reference(std::string_view group, std::string_view name) {
  return {{"$ref", fmt::format("#/components/{}/{}", group, name)}};
}

ordered_json kind_schema() {
  ordered_json kinds = ordered_json::array();
  for (const Kind kind : kAllKinds) {
    kinds.push_back(to_text(kind));
  }
  return {{"type", "string"}, {"enum", kinds}};
}

ordered_json type_schema(const Field& field) {
  switch (field.type) {
    case Type::text:
      return {{"type", "string"}};
    case Type::number:
      return {{"type", "integer"}, {"minimum", 0}};
    case Type::flag:
      return {{"type", "boolean"}};
    case Type::time:
      return {{"type", "string"}, {"format", "date-time"}};
    case Type::text_list:
      return {{"type", "array"}, {"items", {{"type", "string"}}}};
    case Type::text_map:
      return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    case Type::bytes:
      return {{"type", "string"}, {"contentEncoding", "base64"}};
    case Type::object:
      return {{"type", "object"}};
    case Type::kind:
      return kind_schema();
    case Type::kind_list:
      return {{"type", "array"}, {"items", kind_schema()}};
    case Type::shape:
      return field.of.empty() ? ordered_json{{"type", "object"}} : reference("schemas", field.of);
    case Type::shape_list:
      return {{"type", "array"}, {"items", reference("schemas", field.of)}};
  }
  return {};
}

// What stands beside "$ref" counts for nothing, and with anything around it generators lose the type's name.
ordered_json field_schema(const Field& field) {
  ordered_json schema = type_schema(field);
  if (!schema.contains("$ref")) {
    schema["description"] = field.about;
  }
  return schema;
}

ordered_json shape_schema(const Shape& shape) {
  ordered_json schema = {{"title", shape.name},  // what generators call the type
                         {"type", "object"},
                         {"description", shape.about},
                         {"properties", ordered_json::object()}};
  ordered_json required = ordered_json::array();
  for (const auto& field : shape.fields) {
    schema["properties"][std::string(field.name)] = field_schema(field);
    if (field.is_required) {
      required.push_back(field.name);
    }
  }
  schema["required"] = required;
  return schema;
}

// What is in "data" depends on the kind.
ordered_json object_schema(const Shape& shape) {
  ordered_json schema = shape_schema(shape);
  ordered_json kinds = ordered_json::array();
  for (const Kind kind : kAllKinds) {
    kinds.push_back({{"properties",
                      {{"kind", {{"const", to_text(kind)}}},
                       {"data", reference("schemas", data_shape(to_text(kind)).name)}}}});
  }
  schema["oneOf"] = kinds;
  return schema;
}

ordered_json message_schema(const Message& message) {
  ordered_json schema = shape_schema(message.shape);
  ordered_json properties = {{"type", {{"const", message.type}}}};
  properties.update(schema["properties"]);
  schema["properties"] = properties;
  schema["required"].insert(schema["required"].begin(), "type");
  if (message.sender == Sender::client) {
    schema["additionalProperties"] = false;
  }
  return schema;
}

ordered_json operation(Sender sender) {
  ordered_json list = ordered_json::array();
  for (const auto& message : messages()) {
    if (message.sender == sender) {
      list.push_back({{"$ref", fmt::format("#/channels/live/messages/{}", message.shape.name)}});
    }
  }
  return {{"action", sender == Sender::server ? "send" : "receive"},
          {"channel", {{"$ref", "#/channels/live"}}},
          {"messages", list}};
}

constexpr std::string_view kAbout =
    "State of clusters, nodes, instances, devices, networks and images of one container engine, and of what "
    "these clusters run, told the moment it changes. A client sends `hello`; the server answers with "
    "`welcome`, then a `snapshot` in parts, then every `change`. After a lost connection a client sends "
    "`hello` with the position it has read up to, and misses nothing. After `hello` it may `run` commands, "
    "which are objects, too, and `join` what others run. Clients ignore members that they do not know: later "
    "versions may have more.";

}  // namespace

std::string asyncapi_document(std::string_view version) {
  ordered_json messages_of_channel = ordered_json::object();
  ordered_json components = {{"messages", ordered_json::object()}, {"schemas", ordered_json::object()}};
  for (const auto& message : messages()) {
    const std::string name(message.shape.name);
    messages_of_channel[name] = reference("messages", name);
    components["messages"][name] = {{"name", message.type},
                                    {"summary", message.shape.about},
                                    {"contentType", "application/json"},
                                    {"payload", message_schema(message)}};
  }
  for (const auto& shape : shapes()) {
    components["schemas"][std::string(shape.name)] =
        shape.name == "Object" ? object_schema(shape) : shape_schema(shape);
  }
  components["securitySchemes"] = {
      {"token",
       {{"type", "http"}, {"scheme", "bearer"}, {"description", "Of the file that `ingot serve` names."}}}};
  const ordered_json document = {
      {"asyncapi", "3.0.0"},
      {"info",
       {{"title", "ingot live API"},
        {"version", version},
        {"description", kAbout},
        {"license", {{"name", "Apache-2.0"}}}}},
      {"defaultContentType", "application/json"},
      {"servers",
       {{"loopback",
         {{"host", "127.0.0.1:{port}"},
          {"protocol", "ws"},
          {"description",
           "Where `ingot serve --listen` says. The Unix socket speaks the same, without a token."},
          {"variables", {{"port", {{"default", "7700"}}}}},
          {"security", ordered_json::array({reference("securitySchemes", "token")})}}},
        {"elsewhere",
         {{"host", "{host}:{port}"},
          {"protocol", "wss"},
          {"description", "Where `ingot serve --listen` says, at any address but those of loopback."},
          {"variables", {{"host", {{"default", "localhost"}}}, {"port", {{"default", "7700"}}}}},
          {"security", ordered_json::array({reference("securitySchemes", "token")})}}}}},
      {"channels",
       {{"live",
         {{"address", "/live"},
          {"description", "A WebSocket; each text frame is one message."},
          {"messages", messages_of_channel}}}}},
      {"operations", {{"tell", operation(Sender::server)}, {"ask", operation(Sender::client)}}},
      {"components", components}};
  return document.dump(2) + "\n";
}

}  // namespace ingot::live
