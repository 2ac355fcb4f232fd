// SPDX-License-Identifier: Apache-2.0
#include "docker/container_recipe.hpp"

#include "base/error.hpp"
#include "docker/container_spec_json.hpp"
#include "docker/json_value.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <iterator>
#include <utility>

namespace ingot::docker {

namespace {

using nlohmann::json;

// What of a container's configuration is asked for; the rest is what an attached terminal had, or names the
// container itself.
constexpr std::array kOwn{"User",   "Tty",        "Env",     "Cmd",      "Entrypoint",   "Image",
                          "Labels", "WorkingDir", "Volumes", "Hostname", "ExposedPorts", "StopSignal"};
// Of the one container, of one engine's settings, or of one terminal.
constexpr std::array kNotKept{"ContainerIDFile", "ConsoleSize", "LogConfig", "Links", "VolumesFrom"};

[[noreturn]] void throw_no_recipe(const std::string& cause) {
  throw base::Error(base::ErrorCode::untrusted, "the description of a container cannot be understood", cause);
}

json parse(std::string_view text) {
  const JsonDocument checked(text, "a container");  // for its limits
  return json::parse(text);
}

json parse_recipe(std::string_view text) {
  auto recipe = parse(text);
  if (!recipe.is_object() || !recipe.value("Config", json()).is_object() ||
      !recipe.value("HostConfig", json()).is_object()) {
    throw_no_recipe("it has no Config and HostConfig");
  }
  return recipe;
}

void drop_nulls(json& object) {
  for (auto one = object.begin(); one != object.end();) {
    one = one->is_null() ? object.erase(one) : std::next(one);
  }
}

int to_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  constexpr int kMaxPort = 65'535;
  if (!text.empty() &&
      (error != std::errc() || end != text.data() + text.size() || port < 0 || port > kMaxPort)) {
    throw_no_recipe("'" + std::string(text) + "' is not a port");
  }
  return port;
}

}  // namespace

std::string to_recipe(std::string_view inspection) {
  auto found = parse(inspection);
  if (found.is_array() && found.size() == 1) {
    json only = found.front();
    found = std::move(only);
  }
  const auto whole = parse_recipe(to_request_text(found));
  json config = json::object();
  for (const auto* key : kOwn) {
    if (const auto at = whole["Config"].find(key); at != whole["Config"].end()) {
      config[key] = *at;
    }
  }
  drop_nulls(config);
  json host = whole["HostConfig"];
  drop_nulls(host);
  for (const auto* key : kNotKept) {
    host.erase(key);
  }
  return to_request_text({{"Config", config}, {"HostConfig", host}});
}

std::vector<PortBinding> ports_of(std::string_view recipe) {
  const auto document = parse_recipe(recipe);
  std::vector<PortBinding> ports;
  const auto text = to_request_text(document["HostConfig"]);
  const JsonDocument host(text, "a container");
  host.root().each_member("PortBindings", [&](const std::string& name, const JsonValue& bindings) {
    const auto slash = name.find('/');
    bindings.each([&](const JsonValue& binding) {
      ports.push_back({.container_port = to_port(name.substr(0, slash)),
                       .protocol = slash == std::string::npos ? "tcp" : name.substr(slash + 1),
                       .host_address = binding.text("HostIp"),
                       .host_port = to_port(binding.text("HostPort"))});
    });
  });
  return ports;
}

std::string network_of(std::string_view recipe) {
  const auto document = parse_recipe(recipe);
  const auto network = document["HostConfig"].value("NetworkMode", json());
  return network.is_string() ? network.get<std::string>() : "default";
}

std::string to_creation(std::string_view recipe, const ContainerChanges& changes) {
  const auto document = parse_recipe(recipe);
  json root = document["Config"];
  json host = document["HostConfig"];
  if (!changes.image.empty()) {
    root["Image"] = changes.image;
  }
  if (!changes.hostname.empty()) {
    root["Hostname"] = changes.hostname;
  }
  for (const auto& [name, value] : changes.labels) {
    root["Labels"][name] = value;
  }
  if (!changes.ports.empty()) {
    host["PortBindings"] = to_port_bindings(changes.ports);
  }
  root["HostConfig"] = host;
  json pinned = json::object();
  if (!changes.ipv4_address.empty()) {
    pinned["IPv4Address"] = changes.ipv4_address;
  }
  if (!changes.ipv6_address.empty()) {
    pinned["IPv6Address"] = changes.ipv6_address;
  }
  if (!pinned.empty()) {
    root["NetworkingConfig"]["EndpointsConfig"][network_of(recipe)]["IPAMConfig"] = pinned;
  }
  return to_request_text(root);
}

}  // namespace ingot::docker
