// SPDX-License-Identifier: Apache-2.0
#include "docker/system_json.hpp"

#include "docker/json_value.hpp"

namespace ingot::docker {

namespace {

// [["Backing Filesystem", "extfs"], ...]
std::string driver_status(const JsonValue& root, std::string_view wanted) {
  std::string found;
  root.each("DriverStatus", [&](const JsonValue& pair) {
    std::vector<std::string> texts;
    pair.each([&](const JsonValue& text) { texts.push_back(text.as_text()); });
    if (texts.size() == 2 && texts.front() == wanted) {
      found = texts.back();
    }
  });
  return found;
}

}  // namespace

EngineInfo parse_engine_info(std::string_view text) {
  const JsonDocument document(text, "the engine's description");
  const JsonValue root = document.root();
  EngineInfo info;
  info.server_version = root.text("ServerVersion");
  info.name = root.text("Name");
  info.operating_system = root.text("OperatingSystem");
  info.kernel_version = root.text("KernelVersion");
  info.architecture = root.text("Architecture");
  info.cgroup_version = root.text("CgroupVersion");
  info.cgroup_driver = root.text("CgroupDriver");
  info.storage_driver = root.text("Driver");
  info.backing_filesystem = driver_status(root, "Backing Filesystem");
  info.root_dir = root.text("DockerRootDir");
  info.security_options = root.texts("SecurityOptions");
  info.warnings = root.texts("Warnings");
  info.cpus = root.integer("NCPU");
  info.memory_bytes = root.integer("MemTotal");
  root.each_member("Runtimes",
                   [&](const std::string& name, const JsonValue&) { info.runtimes.push_back(name); });
  info.default_runtime = root.text("DefaultRuntime");
  return info;
}

}  // namespace ingot::docker
