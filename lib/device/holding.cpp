// SPDX-License-Identifier: Apache-2.0
#include "device/holding.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cdi/grant_json.hpp"
#include "device/agent.hpp"
#include "node/throw_away.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace ingot::device {

namespace {

using nlohmann::json;

constexpr const char* kStateFile = "/kind/ingot/devices.json";  // written by the agent
constexpr const char* kRequestFile = "/request.json";

json parse(const std::string& text, std::string_view what) {
  auto value = json::parse(text, nullptr, false);
  if (value.is_discarded()) {
    throw base::Error(base::ErrorCode::untrusted, fmt::format("{} cannot be read", what), "it is no JSON");
  }
  return value;
}

template <typename Work>
auto believing(std::string_view what, const Work& work) {
  try {
    return work();
  } catch (const json::exception& error) {
    throw base::Error(base::ErrorCode::untrusted, fmt::format("{} cannot be read", what), error.what());
  }
}

json to_json(const std::vector<cdi::Grant>& grants) {
  json list = json::array();
  for (const auto& grant : grants) {
    list.push_back(cdi::to_json(grant));
  }
  return list;
}

std::string request_for(const docker::ContainerInfo& container, const Wish& wish) {
  return json{{"pid", container.pid},
              {"grants", to_json(wish.grants)},
              {"hidden", wish.hidden},
              {"tellsKubelet", wish.tells_kubelet},
              {"awaitMs", wish.await.count()}}
      .dump();
}

[[noreturn]] void fail_with(const char* message, const node::CommandResult& result) {
  throw base::Error({.code = base::ErrorCode::command_failed,
                     .message = message,
                     .cause = fmt::format("exit code {}", result.exit_code),
                     .detail = result.output});
}

docker::ContainerSpec helper_spec(const docker::ContainerInfo& container) {
  docker::ContainerSpec spec;
  spec.image = container.image_id;
  spec.entrypoint = {kAgentPath, "sync", "/host", kRequestFile};
  spec.network_disabled = true;
  spec.privileged = true;
  spec.pid_mode = "host";
  spec.binds = {"/:/host"};
  spec.labels = {{std::string(kHolderLabel), container.id}};
  spec.tmpfs = {{"/var", ""}};  // images may have a volume there, which the engine would fill
  return spec;
}

std::set<std::string> kinds_of(const Wish& wish) {
  std::set<std::string> kinds;
  for (const auto& grant : wish.grants) {
    kinds.insert(grant.device.substr(0, grant.device.find('=')));
  }
  return kinds;
}

// A CDI file in a container, which anybody there may have written.
bool describes(const json& file, const std::string& device) {
  const auto devices = file.is_object() ? file.value("devices", json()) : json();
  return std::ranges::any_of(
      devices, [&](const json& one) { return one.is_object() && one.value("name", json()) == json(device); });
}

bool plugin_runs(node::Host& host, const std::string& id, const std::stop_token& stop) {
  return host.run(id, {"systemctl", "is-active", "--quiet", kPluginService}, "", stop).exit_code == 0;
}

}  // namespace

Wish recorded(node::Host& host, const std::string& id, const std::stop_token& stop) {
  const auto text = host.read_file(id, kStateFile, stop);
  if (!text) {
    return {};
  }
  constexpr const char* what = "what a node says of its devices";
  const auto state = parse(*text, what);
  return believing(what, [&] {
    Wish wish{.grants = {},
              .hidden = state.at("hidden"),
              .tells_kubelet = state.value("tellsKubelet", true)};  // older files have none
    for (const auto& grant : state.at("grants")) {
      wish.grants.push_back(cdi::grant_of(grant));
    }
    return wish;
  });
}

void record(node::Host& host, const std::string& id, const Wish& wish, const std::stop_token& stop) {
  const json state = {
      {"grants", to_json(wish.grants)}, {"hidden", wish.hidden}, {"tellsKubelet", wish.tells_kubelet}};
  host.put_files(id, tar::pack({{kStateFile, state.dump(1) + "\n"}}), stop);
}

Held hold(node::Host& host, const docker::ContainerInfo& container, const Wish& wish,
          const std::stop_token& stop) {
  const bool is_node = container.labels.contains(std::string(node::kClusterLabel));
  if (container.state != "running") {
    throw base::Error({.code = base::ErrorCode::already_exists,
                       .message = fmt::format("the devices of '{}' cannot be changed", container.name),
                       .cause = fmt::format("it is {}", container.state),
                       .remedy = (is_node ? "ingot node start " : "ingot instance start ") + container.name});
  }
  const node::ThrowAway helper(host.engine(), helper_spec(container), stop);
  host.put_files(helper.id(),
                 tar::pack({{kAgentPath, std::string(agent_program()), 0755},
                            {kRequestFile, request_for(container, wish)}}),
                 stop);
  host.start(helper.id(), stop);
  const int code = host.engine().wait_container(helper.id(), stop);
  const auto output = host.console(helper.id(), stop);
  if (code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("the devices of '{}' could not be changed", container.name),
                       .cause = std::string(base::trim(output)),
                       .remedy = "ingot doctor"});
  }
  const auto answer = parse(output, "the device agent's answer");
  return believing("the device agent's answer",
                   [&] { return Held{.changed = answer.at("changed"), .told = answer.at("told")}; });
}

bool hold_again(node::Host& host, const docker::ContainerInfo& container, const std::stop_token& stop) {
  const auto wish = recorded(host, container.id, stop);
  if (wish.grants.empty()) {
    return false;
  }
  hold(host, container, wish, stop);
  return true;
}

std::string hold_again_or_tell(node::Host& host, const docker::ContainerInfo& container,
                               const std::stop_token& stop) {
  try {
    hold_again(host, container, stop);
    return {};
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    return fmt::format("{} has not got its devices again: {}; try: ingot gpu reconcile {}", container.name,
                       failure.cause.empty() ? failure.message : failure.cause, container.name);
  }
}

std::vector<std::string> present(node::Host& host, const std::string& id, const Wish& wish,
                                 const std::stop_token& stop) {
  std::vector<std::string> devices;
  for (const auto& kind : kinds_of(wish)) {
    const auto result = host.run(id, {"cat", cdi::file_in_container(kind)}, "", stop);
    const auto file = json::parse(result.output, nullptr, false);
    for (const auto& grant : wish.grants) {
      if (grant.device.starts_with(kind + "=") && describes(file, grant.device.substr(kind.size() + 1))) {
        devices.push_back(grant.device);
      }
    }
  }
  return devices;
}

void install_agent(node::Host& host, const std::string& id, bool for_kubelet, const std::stop_token& stop) {
  const auto files = agent_files(for_kubelet);
  const bool are_there = std::ranges::all_of(files, [&](const tar::File& file) {
    return !file.link_target.empty() || host.read_file(id, file.path, stop) == file.content;
  });
  if (!are_there) {
    host.put_files(id, tar::pack(files), stop);
  }
  if (!for_kubelet || (are_there && plugin_runs(host, id, stop))) {
    return;
  }
  const auto result = host.run(id, {"sh", "-c", start_plugin()}, "", stop);
  if (result.exit_code != 0) {
    fail_with("the device plugin could not be started", result);
  }
}

void end_plugin(node::Host& host, const std::string& id, const std::stop_token& stop) {
  const auto result = host.run(id, {"sh", "-c", stop_plugin()}, "", stop);
  if (result.exit_code != 0) {
    fail_with("the device plugin could not be stopped", result);
  }
}

std::vector<User> users(node::Host& host, const std::string& id, const std::vector<std::string>& paths,
                        const std::stop_token& stop) {
  std::vector<std::string> command = {kAgentPath, "users"};
  command.insert(command.end(), paths.begin(), paths.end());
  const auto result = host.run(id, command, "", stop);
  if (result.exit_code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = "who uses the devices could not be found out",
                       .detail = result.output});
  }
  const auto answer = parse(result.output, "the device agent's answer");
  return believing("the device agent's answer", [&] {
    std::vector<User> users;
    for (const auto& one : answer) {
      users.push_back({.pid = one.at("pid"), .program = one.at("program"), .path = one.at("path")});
    }
    return users;
  });
}

}  // namespace ingot::device
