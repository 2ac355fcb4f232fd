// SPDX-License-Identifier: Apache-2.0
// Making containers.
#include "support/fake_engine/attach.hpp"
#include "support/fake_engine/call.hpp"
#include "support/fake_engine/mounts.hpp"

#include <fmt/format.h>

#include <regex>

namespace ingot::testing {

namespace {

void check_body(const Json& body) {
  require_members(
      member(body, "HostConfig"),
      {"Binds",         "NetworkMode",  "SecurityOpt", "Tmpfs",      "PortBindings", "Devices",
       "Sysctls",       "UsernsMode",   "PidMode",     "ExtraHosts", "Privileged",   "AutoRemove",
       "RestartPolicy", "CgroupnsMode", "Init",        "Mounts",     "CapAdd",       "DeviceRequests",
       "Memory",        "MemorySwap",   "NanoCpus",    "ShmSize",    "PidsLimit",    "Ulimits"},
      "HostConfig");
  require_members(member(body, "NetworkingConfig"), {"EndpointsConfig"}, "NetworkingConfig");
  for (const auto& [name, endpoint] : member(member(body, "NetworkingConfig"), "EndpointsConfig").items()) {
    require_members(endpoint, {"IPAMConfig", "Aliases"}, "EndpointsConfig");
    require_members(member(endpoint, "IPAMConfig"), {"IPv4Address", "IPv6Address"}, "IPAMConfig");
  }
}

std::string check_name(const State& state, const std::string& name, const std::string& id) {
  if (name.empty()) {
    return "nameless_" + id.substr(0, 12);
  }
  if (!std::regex_match(name, std::regex("/?[a-zA-Z0-9][a-zA-Z0-9_.-]+"))) {
    throw Refusal(
        400, fmt::format("Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name));
  }
  for (const auto& other : state.containers) {
    if (other->name == name) {
      throw Refusal(
          409, fmt::format("Conflict. The container name \"/{}\" is already in use by container \"{}\". "
                           "You have to remove (or rename) that container to be able to reuse that name.",
                           name, other->id));
    }
  }
  return name;
}

ProcessInfo to_process(const Json& body, const Image& image) {
  ProcessInfo process{.image = body.at("Image"),
                      .labels = image.labels,
                      .env = image.env,
                      .working_dir = value_or(body, "WorkingDir", std::string()),
                      .user = value_or(body, "User", std::string()),
                      .tty = value_or(body, "Tty", false),
                      .is_main = true};
  for (const auto& [key, value] : member(body, "Labels").items()) {
    process.labels[key] = value;
  }
  const auto env = value_or(body, "Env", Texts());
  process.env.insert(process.env.end(), env.begin(), env.end());
  const auto entrypoint = value_or(body, "Entrypoint", Texts());
  process.argv = entrypoint.empty() ? image.entrypoint : entrypoint;
  // An entrypoint of the container's own sets the image's command aside.
  const auto command = value_or(body, "Cmd", entrypoint.empty() ? image.command : Texts());
  process.argv.insert(process.argv.end(), command.begin(), command.end());
  if (process.argv.empty()) {
    throw Refusal(400, "no command specified");
  }
  return process;
}

void add_network(Container& container) {
  const std::string mode =
      value_or(member(container.spec, "HostConfig"), "NetworkMode", std::string("bridge"));
  container.network = mode == "default" ? "bridge" : mode;
  if (value_or(container.spec, "NetworkDisabled", false)) {
    container.network.clear();
  }
  const Json& endpoints = member(member(container.spec, "NetworkingConfig"), "EndpointsConfig");
  const Json& pinned = member(member(endpoints, container.network.c_str()), "IPAMConfig");
  container.pinned_address = value_or(pinned, "IPv4Address", std::string());
  container.pinned_ipv6_address = value_or(pinned, "IPv6Address", std::string());
}

}  // namespace

void create_container(Call& call) {
  const Json body = call.object({"Image", "Hostname", "Entrypoint", "Cmd", "Env", "Labels", "Tty",
                                 "OpenStdin", "NetworkDisabled", "Volumes", "ExposedPorts", "User",
                                 "WorkingDir", "HostConfig", "NetworkingConfig", "StopSignal"});
  check_body(body);
  const std::scoped_lock lock(call.state.mutex);
  const std::string reference = body.at("Image");
  const Image* image = call.state.find_image(reference);
  if (image == nullptr) {
    throw Refusal(404, fmt::format("No such image: {}", full_reference(reference)));
  }
  auto container = std::make_shared<Container>();
  container->id = call.state.new_id();
  container->name = check_name(call.state, call.query("name"), container->id);
  container->image_id = image->id;
  container->spec = body;
  container->process = to_process(body, *image);
  container->process.container_id = container->id;
  container->process.container_name = container->name;
  container->files = image->files;
  add_network(*container);
  check_pinned_address(call.state, *container);
  add_mounts(call.state, *container, *image);
  call.exchange.answer(to_reply(201, {{"Id", container->id}, {"Warnings", Json::array()}}));
  call.state.tell("create", *container);
  call.state.containers.push_back(std::move(container));
}

}  // namespace ingot::testing
