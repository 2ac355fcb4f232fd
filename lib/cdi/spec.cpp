// SPDX-License-Identifier: Apache-2.0
#include "cdi/spec.hpp"

#include "base/error.hpp"
#include "cdi/fields.hpp"
#include "yaml/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace ingot::cdi {

namespace {

using nlohmann::json;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_made_of(std::string_view text, std::string_view more) {
  return std::ranges::all_of(
      text, [&](char c) { return is_letter(c) || is_digit(c) || more.find(c) != std::string_view::npos; });
}

// Of vendors and classes.
bool is_word(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && (is_letter(text.back()) || is_digit(text.back())) &&
         is_made_of(text, "_.-");
}

bool is_device_name(std::string_view text) {
  const auto fits = [](char c) { return is_letter(c) || is_digit(c); };
  return !text.empty() && fits(text.front()) && fits(text.back()) && is_made_of(text, "_.:-");
}

bool is_kind(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && is_word(text.substr(0, slash)) && is_word(text.substr(slash + 1));
}

// In their order; a field is refused in files that declare less than the version that brought it.
constexpr std::array kVersions = {"0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0",
                                  "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0"};

std::size_t place_of(std::string_view version) {
  return static_cast<std::size_t>(std::ranges::find(kVersions, version) - kVersions.begin());
}

class Reader {
 public:
  Spec read(const json& root) {
    Fields fields(root, "", problems_);
    spec_.version = fields.text("cdiVersion", true);
    if (spec_.version.starts_with('v')) {
      spec_.version.erase(0, 1);
    }
    spec_.kind = fields.text("kind", true);
    read_annotations(fields);
    if (const auto* edits = fields.find("containerEdits")) {
      spec_.edits = read_edits(*edits, "containerEdits");
    }
    fields.each("devices", true,
                [&](const json& device, const std::string& path) { read_device(device, path); });
    fields.end();
    check();
    if (!problems_.empty()) {
      throw base::Error({.code = base::ErrorCode::invalid_input,
                         .message = "the file is no CDI specification",
                         .cause = problems_.front(),
                         .problems = problems_});
    }
    return std::move(spec_);
  }

 private:
  void needs(std::string_view version, const std::string& what) {
    if (place_of(version) > place_of(needed_)) {
      needed_ = version;
      needed_by_ = what;
    }
  }

  void check() {
    if (!spec_.kind.empty() && !is_kind(spec_.kind)) {
      problems_.push_back(fmt::format("kind: '{}' is not of the form vendor/class", spec_.kind));
    }
    if (const auto slash = spec_.kind.find('/');
        slash != std::string::npos && spec_.kind.find('.', slash) != std::string::npos) {
      needs("0.6.0", "a dot in the class");
    }
    if (!spec_.version.empty() && place_of(spec_.version) == kVersions.size()) {
      problems_.push_back(fmt::format("cdiVersion: '{}' is no version that is known", spec_.version));
    } else if (!spec_.version.empty() && place_of(spec_.version) < place_of(needed_)) {
      problems_.push_back(fmt::format("cdiVersion: it must be at least {} for {}", needed_, needed_by_));
    }
    if (spec_.devices.empty() && problems_.empty()) {
      problems_.emplace_back("devices: there must be one");
    }
  }

  void read_annotations(Fields& fields) {
    if (const auto* annotations = fields.find("annotations")) {
      needs("0.6.0", "annotations");
      Fields inner(*annotations, "annotations", problems_);
      for (const auto& name : inner.names()) {
        static_cast<void>(inner.text(name, false));
      }
    }
  }

  void read_device(const json& value, const std::string& path) {
    Fields fields(value, path, problems_);
    Device device{.name = fields.text("name", true), .edits = {}};
    if (!device.name.empty() && !is_device_name(device.name)) {
      problems_.push_back(fmt::format("{}.name: '{}' is no name of a device", path, device.name));
    }
    if (!device.name.empty() && is_digit(device.name.front())) {
      needs("0.5.0", "a name that begins with a digit");
    }
    if (!device.name.empty() && !names_.insert(device.name).second) {
      problems_.push_back(fmt::format("{}.name: '{}' is there twice", path, device.name));
    }
    read_annotations(fields);
    if (const auto* edits = fields.find("containerEdits")) {
      device.edits = read_edits(*edits, path + ".containerEdits");
    }
    if (device.edits.empty()) {
      problems_.push_back(path + ".containerEdits: it is missing, or empty");
    }
    fields.end();
    spec_.devices.push_back(std::move(device));
  }

  Edits read_edits(const json& value, const std::string& path) {
    Fields fields(value, path, problems_);
    Edits edits;
    edits.env = read_env(fields, path);
    fields.each("deviceNodes", false, [&](const json& one, const std::string& at) {
      edits.device_nodes.push_back(read_node(one, at));
    });
    fields.each("mounts", false,
                [&](const json& one, const std::string& at) { edits.mounts.push_back(read_mount(one, at)); });
    fields.each("hooks", false,
                [&](const json& one, const std::string& at) { edits.hooks.push_back(read_hook(one, at)); });
    edits.additional_gids = fields.numbers("additionalGids");
    if (!edits.additional_gids.empty()) {
      needs("0.7.0", "additionalGids");
    }
    if (const auto* rdt = fields.find("intelRdt"); rdt != nullptr && rdt->is_object()) {
      needs("0.7.0", "intelRdt");
      edits.only_at_creation.emplace_back("intelRdt");
    }
    fields.each("netDevices", false, [&](const json& one, const std::string& at) {
      needs("1.1.0", "netDevices");
      Fields inner(one, at, problems_);
      static_cast<void>(inner.text("hostInterfaceName", true));
      static_cast<void>(inner.text("name", true));
      inner.end();
      edits.only_at_creation.emplace_back("netDevices");
    });
    fields.end();
    return edits;
  }

  std::vector<std::string> read_env(Fields& fields, const std::string& path) {
    auto env = fields.texts("env");
    for (const auto& one : env) {
      if (const auto equals = one.find('='); equals == std::string::npos || equals == 0) {
        problems_.push_back(fmt::format("{}.env: '{}' is not of the form NAME=value", path, one));
      }
    }
    return env;
  }

  DeviceNode read_node(const json& value, const std::string& path) {
    Fields fields(value, path, problems_);
    DeviceNode node{.path = fields.text("path", true),
                    .host_path = fields.text("hostPath", false),
                    .type = fields.text("type", false),
                    .major = fields.number("major"),
                    .minor = fields.number("minor"),
                    .file_mode = fields.number("fileMode"),
                    .permissions = fields.text("permissions", false),
                    .uid = fields.number("uid"),
                    .gid = fields.number("gid")};
    fields.end();
    if (!node.host_path.empty()) {
      needs("0.5.0", "hostPath of a device node");
    }
    if (!node.type.empty() && (node.type.size() != 1 ||
                               std::string_view("bcup").find(node.type.front()) == std::string_view::npos)) {
      problems_.push_back(fmt::format("{}.type: '{}' is none of b, c, u and p", path, node.type));
    }
    if (node.permissions != "none" && node.permissions.find_first_not_of("rwm") != std::string::npos) {
      problems_.push_back(
          fmt::format("{}.permissions: '{}' is not made of r, w and m", path, node.permissions));
    }
    check_absolute(node.path, path + ".path");
    return node;
  }

  Mount read_mount(const json& value, const std::string& path) {
    Fields fields(value, path, problems_);
    Mount mount{.host_path = fields.text("hostPath", true),
                .container_path = fields.text("containerPath", true),
                .options = fields.texts("options"),
                .type = fields.text("type", false)};
    fields.end();
    if (!mount.type.empty()) {
      needs("0.4.0", "type of a mount");
    }
    check_absolute(mount.container_path, path + ".containerPath");
    return mount;
  }

  Hook read_hook(const json& value, const std::string& path) {
    static const std::set<std::string> names = {"prestart",       "createRuntime", "createContainer",
                                                "startContainer", "poststart",     "poststop"};
    Fields fields(value, path, problems_);
    Hook hook{.name = fields.text("hookName", true),
              .path = fields.text("path", true),
              .args = fields.texts("args"),
              .env = read_env(fields, path)};
    static_cast<void>(fields.number("timeout"));
    fields.end();
    if (!hook.name.empty() && !names.contains(hook.name)) {
      problems_.push_back(fmt::format("{}.hookName: '{}' is no hook", path, hook.name));
    }
    return hook;
  }

  // What would be made in a container must not depend on where somebody stands.
  void check_absolute(const std::string& path, const std::string& at) {
    if (!path.empty() && (path.front() != '/' || (path + "/").find("/../") != std::string::npos)) {
      problems_.push_back(fmt::format("{}: '{}' is no absolute path", at, path));
    }
  }

  Spec spec_;
  std::vector<std::string> problems_;
  std::set<std::string> names_;
  std::string needed_ = "0.1.0";
  std::string needed_by_;
};

}  // namespace

bool Edits::empty() const {
  return env.empty() && device_nodes.empty() && mounts.empty() && hooks.empty() && additional_gids.empty() &&
         only_at_creation.empty();
}

Spec parse_spec(std::string_view text) {
  const auto documents = yaml::read_json(text, yaml::manifest_limits());
  if (documents.size() != 1) {
    throw base::Error(base::ErrorCode::invalid_input, "the file is no CDI specification",
                      documents.empty() ? "it is empty" : "it holds several documents");
  }
  return Reader().read(documents.front());
}

std::optional<QualifiedName> parse_name(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || !is_kind(text.substr(0, equals)) ||
      !is_device_name(text.substr(equals + 1))) {
    return std::nullopt;
  }
  return QualifiedName{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

std::string to_text(const std::string& kind, const std::string& name) {
  return kind + "=" + name;
}

}  // namespace ingot::cdi
