// SPDX-License-Identifier: Apache-2.0
// Telling about containers.
#include "support/fake_engine/call.hpp"
#include "support/fake_engine/ipv4.hpp"
#include "support/fake_engine/mounts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::testing {

namespace {

Json to_state(const Container& container) {
  const bool is_paused = container.state == "paused";
  const bool is_running = container.state == "running" || is_paused;
  return {{"Status", container.state},
          {"Running", is_running},
          {"Paused", is_paused},
          {"Restarting", false},
          {"OOMKilled", false},
          {"Dead", false},
          {"Pid", is_running ? container.main->pid : 0},
          {"ExitCode", container.exit_code},
          {"Error", container.error},
          {"StartedAt", to_time_text(container.started)},
          {"FinishedAt", to_time_text(container.finished)}};
}

Json to_networks(const Container& container, State& state) {
  Network* network = state.find_network(container.network);
  if (container.network.empty()) {
    return Json::object();
  }
  Json endpoint = {{"IPAMConfig", nullptr}, {"NetworkID", ""},  {"Gateway", ""},
                   {"IPAddress", ""},       {"IPPrefixLen", 0}, {"GlobalIPv6Address", ""}};
  if (!container.pinned_address.empty()) {
    endpoint["IPAMConfig"] = {{"IPv4Address", container.pinned_address}};
  }
  if (network != nullptr && !container.address.empty()) {
    const auto range = to_range(network->subnets.front().subnet);
    endpoint.update({{"NetworkID", network->id},
                     {"Gateway", network->subnets.front().gateway},
                     {"IPAddress", container.address},
                     {"GlobalIPv6Address", container.ipv6_address},
                     {"IPPrefixLen", range ? range->bits : 0}});
  }
  return {{container.network, endpoint}};
}

Json to_ports(const Container& container) {
  Json ports = Json::object();
  for (const PublishedPort& port : container.ports) {
    ports[fmt::format("{}/{}", port.container_port, port.protocol)].push_back(
        {{"HostIp", port.host_address}, {"HostPort", std::to_string(port.host_port)}});
  }
  return ports;
}

std::string to_status(const Container& container) {
  if (container.state == "running") {
    return "Up Less than a second";
  }
  if (container.state == "paused") {
    return "Up Less than a second (Paused)";
  }
  return container.state == "created"
             ? "Created"
             : fmt::format("Exited ({}) Less than a second ago", container.exit_code);
}

Json to_summary(const Container& container, State& state) {
  return {{"Id", container.id},
          {"Names", Json::array({"/" + container.name})},
          {"Image", container.process.image},
          {"ImageID", container.image_id},
          {"Command", fmt::format("{}", fmt::join(container.process.argv, " "))},
          {"Created", std::chrono::system_clock::to_time_t(container.created)},
          {"Ports", Json::array()},
          {"Labels", container.process.labels},
          {"State", container.state},
          {"Status", to_status(container)},
          {"HostConfig", {{"NetworkMode", container.network.empty() ? "bridge" : container.network}}},
          {"NetworkSettings", {{"Networks", to_networks(container, state)}}},
          {"Mounts", container.mounts}};
}

}  // namespace

void list_containers(Call& call) {
  const auto wanted = label_filter(call);
  const std::scoped_lock lock(call.state.mutex);
  Json list = Json::array();
  for (auto it = call.state.containers.rbegin(); it != call.state.containers.rend(); ++it) {
    const Container& container = **it;
    if ((container.state == "running" || container.state == "paused" || call.flag("all")) &&
        carries(container.process.labels, wanted)) {
      list.push_back(to_summary(container, call.state));
    }
  }
  call.exchange.answer(to_reply(200, list));
}

void inspect_container(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const auto container = call.state.require_container(call.name());
  const auto& process = container->process;
  const Json config = {{"Hostname", value_or(container->spec, "Hostname", container->id.substr(0, 12))},
                       {"Tty", process.tty},
                       {"Env", process.env.empty() ? Json() : Json(process.env)},
                       {"Cmd", member(container->spec, "Cmd")},
                       {"Entrypoint", member(container->spec, "Entrypoint")},
                       {"Image", process.image},
                       {"Labels", process.labels},
                       {"User", process.user},
                       {"WorkingDir", process.working_dir},
                       {"Volumes", member(container->spec, "Volumes")},
                       {"ExposedPorts", member(container->spec, "ExposedPorts")}};
  call.exchange.answer(to_reply(
      200, {{"Id", container->id},
            {"Created", to_time_text(container->created)},
            {"Path", process.argv.front()},
            {"Args", Texts(process.argv.begin() + 1, process.argv.end())},
            {"State", to_state(*container)},
            {"Image", container->image_id},
            {"Name", "/" + container->name},
            {"RestartCount", 0},
            {"Driver", "overlay2"},
            {"GraphDriver", to_graph_driver(container->id)},
            {"HostConfig", member(container->spec, "HostConfig")},
            {"Mounts", container->mounts},
            {"Config", config},
            {"NetworkSettings",
             {{"Ports", to_ports(*container)}, {"Networks", to_networks(*container, call.state)}}}}));
}

}  // namespace ingot::testing
