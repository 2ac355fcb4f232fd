// SPDX-License-Identifier: Apache-2.0
#include "cdi/edits_json.hpp"

#include <nlohmann/json.hpp>

namespace ingot::cdi {

namespace {

using nlohmann::json;

template <typename Value>
void add(json& object, const char* key, const Value& value) {
  if (!value.empty()) {
    object[key] = value;
  }
}

void add_number(json& object, const char* key, const std::optional<std::int64_t>& number) {
  if (number) {
    object[key] = static_cast<std::uint64_t>(*number);
  }
}

json to_json(const DeviceNode& node) {
  json object = {{"path", node.path}};
  add(object, "hostPath", node.host_path);
  add(object, "type", node.type);
  add_number(object, "major", node.major);
  add_number(object, "minor", node.minor);
  add_number(object, "fileMode", node.file_mode);
  add(object, "permissions", node.permissions);
  add_number(object, "uid", node.uid);
  add_number(object, "gid", node.gid);
  return object;
}

json to_json(const Mount& mount) {
  json object = {{"hostPath", mount.host_path}, {"containerPath", mount.container_path}};
  add(object, "options", mount.options);
  add(object, "type", mount.type);
  return object;
}

json to_json(const Hook& hook) {
  json object = {{"hookName", hook.name}, {"path", hook.path}};
  add(object, "args", hook.args);
  add(object, "env", hook.env);
  return object;
}

template <typename Items>
json to_list(const Items& items) {
  json list = json::array();
  for (const auto& item : items) {
    list.push_back(to_json(item));
  }
  return list;
}

}  // namespace

json to_json(const Edits& edits) {
  json object = json::object();
  add(object, "env", edits.env);
  add(object, "deviceNodes", to_list(edits.device_nodes));
  add(object, "mounts", to_list(edits.mounts));
  add(object, "hooks", to_list(edits.hooks));
  if (!edits.additional_gids.empty()) {
    object["additionalGids"] =
        std::vector<std::uint64_t>(edits.additional_gids.begin(), edits.additional_gids.end());
  }
  return object;
}

json to_json(const Spec& spec) {
  json devices = json::array();
  for (const auto& device : spec.devices) {
    devices.push_back({{"name", device.name}, {"containerEdits", to_json(device.edits)}});
  }
  json object = {{"cdiVersion", spec.version}, {"kind", spec.kind}, {"devices", std::move(devices)}};
  if (!spec.edits.empty()) {
    object["containerEdits"] = to_json(spec.edits);
  }
  return object;
}

}  // namespace ingot::cdi
