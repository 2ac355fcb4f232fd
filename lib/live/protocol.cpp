// SPDX-License-Identifier: Apache-2.0
#include "live/protocol.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "live/device_shapes.hpp"
#include "live/kubernetes_shapes.hpp"
#include "live/message_shapes.hpp"
#include "live/object.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ingot::live {

namespace {

using nlohmann::json;

constexpr bool kRequired = true;
constexpr bool kOptional = false;

// Objects' data first: "EngineData" is what is in an object of kind engine.
const std::vector<Shape>& shapes_here() {
  static const std::vector<Shape> all{
      {"EngineData",
       "The container engine that the server looks at.",
       {{"state", Type::text, kRequired,
         "Connected; or Away: what is told of other objects is what was seen last"},
        {"detail", Type::text, kRequired, "why it is away; else empty"}}},
      {"ClusterData",
       "A cluster: all nodes of one name.",
       {{"state", Type::text, kRequired, "Running, Stopped, Paused or Partial"},
        {"controlPlanes", Type::number, kRequired, "how many nodes of that role it has"},
        {"workers", Type::number, kRequired, "how many nodes of that role it has"},
        {"running", Type::number, kRequired, "how many of these nodes run"},
        {"image", Type::text, kRequired, "node image of its control plane"},
        {"created", Type::time, kRequired, "when its first node was made"},
        {"expires", Type::time, kOptional, "when it may be deleted as expired"}}},
      {"NodeData",
       "A node: a container of a cluster.",
       {{"role", Type::text, kRequired, "control-plane, worker or external-load-balancer"},
        {"state", Type::text, kRequired,
         "of the container: created, running, paused, restarting, exited, dead"},
        {"address", Type::text, kRequired, "IPv4 address on the network of nodes; may be empty"},
        {"image", Type::text, kRequired, "what it was made from"},
        {"containerId", Type::text, kRequired, "the engine's id"},
        {"created", Type::time, kRequired, "when it was made"}}},
      {"InstanceData",
       "A machine in a container beside the clusters.",
       {{"state", Type::text, kRequired, "Running, Stopped, Paused or Creating"},
        {"address", Type::text, kRequired, "IPv4 address; may be empty"},
        {"ssh", Type::text, kRequired, "address and port that SSH is published at; may be empty"},
        {"image", Type::text, kRequired, "what it was made from"},
        {"containerId", Type::text, kRequired, "the engine's id"},
        {"created", Type::time, kRequired, "when it was made"}}},
      {"NetworkData",
       "A network of the engine. Its id is the engine's, since names may be shared.",
       {{"name", Type::text, kRequired, "its name"},
        {"driver", Type::text, kRequired, "bridge, host, null or a plugin's"},
        {"subnets", Type::text_list, kRequired, "address ranges, as CIDRs"}}},
      {"ImageData",
       "A tagged image of the engine. Its id is its digest.",
       {{"tags", Type::text_list, kRequired, "its names"},
        {"sizeBytes", Type::number, kRequired, "what it takes, with layers that others share"},
        {"created", Type::time, kOptional, "when it was built"}}},
      {"CommandData",
       "A command line of ingot's that the server runs, or has run not long ago.",
       {{"arguments", Type::text_list, kRequired, "what stands behind `ingot`"},
        {"state", Type::text, kRequired, "Running or Ended"},
        {"code", Type::number, kOptional, "once it has ended: its exit code; 128 and more: of a signal"},
        {"started", Type::time, kRequired, "when"},
        {"ended", Type::time, kOptional, "when"},
        {"who", Type::text, kRequired, "the name that its client said; may be empty"},
        {"channel", Type::text, kRequired, "in which it is shown to everybody; may be empty"},
        {"terminal", Type::shape, kOptional, "it runs in one, of this size now", "Terminal"}}},
      {"ViewerData",
       "A client that is told of objects. Only told to those whose filter names this kind.",
       {{"name", Type::text, kRequired, "that it said; may be empty"},
        {"channel", Type::text, kRequired, "that it is in; may be empty"},
        {"role", Type::text, kRequired, "driving: it may run commands; or reading"},
        {"since", Type::time, kRequired, "when it came"}}},
      {"Terminal",
       "The size of a terminal.",
       {{"columns", Type::number, kRequired, "1 to 1000"}, {"rows", Type::number, kRequired, "1 to 1000"}}},
      {"UsageData",
       "What a node or an instance that runs uses, once a second, only while somebody's filter names this "
       "kind. Its id is the name of the node or instance.",
       {{"of", Type::text, kRequired, "node or instance"},
        {"cpuMillicores", Type::number, kRequired, "of the last second: 1000 is one processor"},
        {"memoryBytes", Type::number, kRequired, "without what is cached of files"},
        {"memoryLimitBytes", Type::number, kOptional, "of its container, or the machine's memory"},
        {"pids", Type::number, kRequired, "processes and threads"}}},
      {"Filter",
       "Which objects to be told of. What is left out or empty asks for nothing in particular.",
       {{"kinds", Type::kind_list, kOptional, "one of these kinds; empty: all but those on request"},
        {"also", Type::kind_list, kOptional, "and these kinds, such as are on request"},
        {"clusters", Type::text_list, kOptional, "of one of these clusters, or one of them itself"},
        {"labels", Type::text_map, kOptional, "with all of these labels"}}},
      {"Position",
       "Where a client has read up to.",
       {{"run", Type::text, kRequired, "of the `welcome`"},
        {"version", Type::number, kRequired, "of the last complete `snapshot` or the last `change`"}}},
      {"Server",
       "Who sends.",
       {{"version", Type::text, kRequired, "of ingot"},
        {"engine", Type::text, kRequired, "address of the container engine it looks at"}}},
      {"Object",
       "An object as it is now.",
       {{"kind", Type::kind, kRequired, "which sort of object"},
        {"id", Type::text, kRequired, "among those of its kind"},
        {"cluster", Type::text, kOptional, "that it belongs to"},
        {"labels", Type::text_map, kRequired, "the engine's labels, or Kubernetes'"},
        {"data", Type::shape, kRequired, "what there is to know of one of its kind"}}},
      {"Removed",
       "An object that is gone, or that the filter lets through no more.",
       {{"kind", Type::kind, kRequired, "which sort of object"},
        {"id", Type::text, kRequired, "among those of its kind"},
        {"cluster", Type::text, kOptional, "that it belonged to"}}},
  };
  return all;
}

const std::vector<Shape>& all_shapes() {
  static const std::vector<Shape> all = [] {
    auto shapes = kubernetes_shapes();
    const auto of_devices = device_shapes();
    shapes.insert(shapes.end(), of_devices.begin(), of_devices.end());
    shapes.insert(shapes.end(), shapes_here().begin(), shapes_here().end());
    return shapes;
  }();
  return all;
}

const std::vector<Message>& all_messages() {
  static const auto all = message_shapes();
  return all;
}

const Shape& shape_named(std::string_view name) {
  const auto found = std::ranges::find(all_shapes(), name, &Shape::name);
  if (found == all_shapes().end()) {
    throw base::Error(base::ErrorCode::internal, fmt::format("no shape '{}'", name));
  }
  return *found;
}

// Compares one message with the table, and collects what is wrong.
class Check {
 public:
  std::vector<std::string> problems;

  void shape(const json& value, const Shape& shape, const std::string& path) {
    for (const auto& field : shape.fields) {
      const auto found = value.find(field.name);
      if (found != value.end()) {
        member(*found, field, path + std::string(field.name), value);
      } else if (field.is_required) {
        problems.push_back(fmt::format("{}{} is missing", path, field.name));
      }
    }
    for (const auto& [name, ignored] : value.items()) {
      if (std::ranges::find(shape.fields, name, &Field::name) == shape.fields.end() &&
          !(path.empty() && name == "type")) {
        problems.push_back(fmt::format("{}{} is unknown", path, shown(name)));
      }
    }
  }

 private:
  // What others wrote, short enough for a message.
  static std::string shown(const std::string& text) { return text.substr(0, 64); }

  void require(bool is_so, const std::string& path, std::string_view expected) {
    if (!is_so) {
      problems.push_back(fmt::format("{} must be {}", path, expected));
    }
  }

  static bool is_text(const json& value) { return value.is_string(); }
  static bool is_kind(const json& value) {
    return value.is_string() && to_kind(value.get_ref<const std::string&>());
  }
  static bool is_time(const json& value) {
    return value.is_string() && base::parse_rfc3339(value.get_ref<const std::string&>());
  }
  static bool is_bytes(const json& value) {
    return value.is_string() && base::from_base64(value.get_ref<const std::string&>());
  }
  static bool is_list(const json& value, bool (*is_item)(const json&)) {
    return value.is_array() && std::ranges::all_of(value, is_item);
  }

  void member(const json& value, const Field& field, const std::string& path, const json& parent) {
    switch (field.type) {
      case Type::text:
        return require(is_text(value), path, "a text");
      case Type::number:
        return require(value.is_number_unsigned(), path, "a whole number");
      case Type::flag:
        return require(value.is_boolean(), path, "true or false");
      case Type::time:
        return require(is_time(value), path, "a time");
      case Type::text_list:
        return require(is_list(value, is_text), path, "a list of texts");
      case Type::text_map:
        return require(value.is_object() && std::ranges::all_of(value, is_text), path, "an object of texts");
      case Type::bytes:
        return require(is_bytes(value), path, "bytes as base64");
      case Type::object:
        return require(value.is_object(), path, "an object");
      case Type::kind:
        return require(is_kind(value), path, "a kind of object");
      case Type::kind_list:
        return require(is_list(value, is_kind), path, "a list of kinds of objects");
      case Type::shape:
        return nested(value, field, path, parent);
      case Type::shape_list:
        require(value.is_array(), path, "a list");
        for (const auto& item : value.is_array() ? value : json::array()) {
          nested(item, field, path + "[]", parent);
        }
    }
  }

  void nested(const json& value, const Field& field, const std::string& path, const json& parent) {
    if (!value.is_object()) {
      return require(false, path, "an object");
    }
    if (!field.of.empty()) {
      return shape(value, shape_named(field.of), path + ".");
    }
    if (const auto kind = parent.find("kind"); kind != parent.end() && is_kind(*kind)) {
      shape(value, data_shape(kind->get_ref<const std::string&>()), path + ".");
    }
  }
};

}  // namespace

std::span<const Message> messages() {
  return all_messages();
}

std::span<const Shape> shapes() {
  return all_shapes();
}

// "kube-node" has "KubeNodeData".
const Shape& data_shape(std::string_view kind) {
  std::string name;
  bool begins_word = true;
  for (const char letter : kind) {
    if (letter != '-') {
      name += begins_word ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    begins_word = letter == '-';
  }
  return shape_named(name + "Data");
}

std::vector<std::string> problems_of(const json& message, Sender sender) {
  if (!message.is_object()) {
    return {"a message must be an object"};
  }
  const auto type = message.find("type");
  if (type == message.end() || !type->is_string()) {
    return {"type is missing"};
  }
  for (const auto& known : all_messages()) {
    if (known.sender == sender && known.type == type->get_ref<const std::string&>()) {
      Check check;
      check.shape(message, known.shape, "");
      return check.problems;
    }
  }
  return {fmt::format("type '{}' is unknown", type->get_ref<const std::string&>().substr(0, 64))};
}

}  // namespace ingot::live
