// SPDX-License-Identifier: Apache-2.0
#include "docker/container_json.hpp"

#include "base/error.hpp"
#include "docker/json_value.hpp"

#include <algorithm>
#include <charconv>

namespace ingot::docker {

namespace {

constexpr int kMaxPort = 65'535;

std::string without_slash(std::string name) {
  if (name.starts_with('/')) {
    name.erase(0, 1);
  }
  return name;
}

int to_port(std::string_view text, std::string_view field) {
  int port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error != std::errc() || rest != end || port < 0 || port > kMaxPort) {
    throw base::Error(base::ErrorCode::untrusted,
                      "the engine's answer cannot be understood (" + std::string(field) + ")",
                      "'" + std::string(text) + "' is not a port");
  }
  return port;
}

// "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "32768"}], or null when exposed without being published.
void add_ports(const std::string& name, const JsonValue& bindings, std::vector<PortBinding>& ports) {
  if (bindings.is_null()) {
    return;
  }
  const std::size_t slash = name.find('/');
  PortBinding port;
  port.container_port = to_port(name.substr(0, slash), "NetworkSettings.Ports");
  port.protocol = slash == std::string::npos ? "tcp" : name.substr(slash + 1);
  bindings.each([&](const JsonValue& binding) {
    port.host_address = binding.text("HostIp");
    port.host_port = to_port(binding.at("HostPort").as_text(), "NetworkSettings.Ports.HostPort");
    ports.push_back(port);
  });
}

Mount to_mount(const JsonValue& value) {
  Mount mount;
  mount.type = value.text("Type");
  mount.source = value.text(mount.type == "volume" ? "Name" : "Source");
  mount.target = value.at("Destination").as_text();
  mount.read_only = !value.flag("RW");
  mount.propagation = value.text("Propagation");
  return mount;
}

ContainerInfo::Attachment to_attachment(const JsonValue& value) {
  return {.ipv4 = value.text("IPAddress"),
          .ipv6 = value.text("GlobalIPv6Address"),
          .gateway = value.text("Gateway"),
          .network_id = value.text("NetworkID")};
}

void read_state(const JsonValue& state, ContainerInfo& info) {
  info.state = state.at("Status").as_text();
  info.pid = state.integer("Pid");
  info.exit_code = static_cast<int>(state.integer("ExitCode"));
  info.error = state.text("Error");
  info.started_at = state.text("StartedAt");
  info.finished_at = state.text("FinishedAt");
}

void read_network_settings(const JsonValue& settings, ContainerInfo& info) {
  settings.each_member("Ports", [&](const std::string& name, const JsonValue& bindings) {
    add_ports(name, bindings, info.ports);
  });
  settings.each_member("Networks", [&](const std::string& name, const JsonValue& network) {
    if (!network.is_null()) {
      info.networks[name] = to_attachment(network);
    }
  });
}

ContainerSummary to_summary(const JsonValue& value) {
  ContainerSummary summary;
  summary.id = value.at("Id").as_text();
  const auto names = value.texts("Names");
  // A container that others link to has names like "/other/alias", too.
  const auto own = std::ranges::find_if(names, [](const std::string& name) { return name.rfind('/') == 0; });
  summary.name = own == names.end() ? std::string() : without_slash(*own);
  summary.image = value.text("Image");
  summary.state = value.text("State");
  summary.status = value.text("Status");
  summary.created = value.integer("Created");
  summary.labels = value.text_map("Labels");
  if (const auto settings = value.find("NetworkSettings")) {
    settings->each_member("Networks", [&](const std::string& name, const JsonValue& network) {
      summary.addresses[name] = network.is_null() ? std::string() : network.text("IPAddress");
    });
  }
  return summary;
}

}  // namespace

ContainerInfo parse_container(std::string_view text) {
  const JsonDocument document(text, "a container");
  const JsonValue root = document.root();
  ContainerInfo info;
  info.id = root.at("Id").as_text();
  info.name = without_slash(root.at("Name").as_text());
  info.image_id = root.text("Image");
  info.created = root.text("Created");
  read_state(root.at("State"), info);
  const JsonValue config = root.at("Config");
  info.image = config.text("Image");
  info.labels = config.text_map("Labels");
  info.env = config.texts("Env");
  info.tty = config.flag("Tty");
  if (const auto host = root.find("HostConfig")) {
    // -1 and null are no limit, too.
    info.limits = {.nano_cpus = std::max<std::int64_t>(host->integer("NanoCpus"), 0),
                   .memory_bytes = std::max<std::int64_t>(host->integer("Memory"), 0),
                   .pids = std::max<std::int64_t>(host->integer("PidsLimit"), 0)};
  }
  root.each("Mounts", [&](const JsonValue& mount) { info.mounts.push_back(to_mount(mount)); });
  if (const auto settings = root.find("NetworkSettings")) {
    read_network_settings(*settings, info);
  }
  if (const auto driver = root.find("GraphDriver"); driver && driver->text("Name") == "overlay2") {
    const auto data = driver->find("Data");
    info.changes_folder = data ? data->text("UpperDir") : "";
  }
  return info;
}

std::vector<ContainerSummary> parse_container_list(std::string_view text) {
  const JsonDocument document(text, "a list of containers");
  std::vector<ContainerSummary> list;
  document.root().each([&](const JsonValue& value) { list.push_back(to_summary(value)); });
  std::ranges::stable_sort(list, std::ranges::greater(), &ContainerSummary::created);
  return list;
}

UsageSample parse_usage(std::string_view text) {
  const JsonDocument document(text, "the usage of a container");
  const JsonValue root = document.root();
  UsageSample sample;
  sample.at = std::chrono::steady_clock::now();
  if (const auto cpu = root.find("cpu_stats")) {
    sample.cpu_ns = cpu->at("cpu_usage").unsigned_integer("total_usage");
  }
  const auto memory = root.find("memory_stats");
  if (!memory) {
    return sample;
  }
  sample.memory_bytes = memory->unsigned_integer("usage");
  sample.memory_limit = memory->unsigned_integer("limit");
  if (const auto stats = memory->find("stats")) {
    // The page cache counts as used; cgroup v1 has it under "total_inactive_file", v2 under "inactive_file".
    const bool is_v1 = stats->find("total_inactive_file").has_value();
    const auto cache = stats->unsigned_integer(is_v1 ? "total_inactive_file" : "inactive_file");
    sample.memory_bytes -= std::min(cache, sample.memory_bytes);
  }
  return sample;
}

}  // namespace ingot::docker
