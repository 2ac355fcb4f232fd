// SPDX-License-Identifier: Apache-2.0
// A CDI specification file: how a vendor says what a container needs to use a device. The format is the
// Container Device Interface's (cncf-tags/container-device-interface, SPEC.md and specs-go/config.go), of all
// versions up to 1.1.0. Files are untrusted input: read as strictly as the engines read them, so that none is
// taken here that they would refuse.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::cdi {

struct DeviceNode {
  std::string path;       // in the container
  std::string host_path;  // empty: the same
  std::string type;       // "b", "c", "u" or "p"; empty: as on the host, like the two numbers
  std::optional<std::int64_t> major;
  std::optional<std::int64_t> minor;
  std::optional<std::int64_t> file_mode;
  std::string permissions;  // of "rwm"; empty: all of them
  std::optional<std::int64_t> uid;
  std::optional<std::int64_t> gid;
};

struct Mount {
  std::string host_path;
  std::string container_path;
  std::vector<std::string> options;  // mount(8)'s
  std::string type;
};

struct Hook {
  std::string name;  // "createContainer"
  std::string path;
  std::vector<std::string> args;  // the first is the program's name
  std::vector<std::string> env;
};

struct Edits {
  std::vector<std::string> env;  // "NAME=value"
  std::vector<DeviceNode> device_nodes;
  std::vector<Mount> mounts;
  std::vector<Hook> hooks;
  std::vector<std::int64_t> additional_gids;
  // What no running container can be given: "intelRdt", "netDevices".
  std::vector<std::string> only_at_creation;

  [[nodiscard]] bool empty() const;
};

struct Device {
  std::string name;
  Edits edits;
};

struct Spec {
  std::string version;
  std::string kind;  // "vendor.com/class"
  Edits edits;       // once, if any of the devices is used
  std::vector<Device> devices;
};

// YAML, or JSON, which is YAML. Error{invalid_input} with every problem of it.
[[nodiscard]] Spec parse_spec(std::string_view text);

// "vendor.com/class=name". Nothing when it is no such name.
struct QualifiedName {
  std::string kind;
  std::string name;
};
[[nodiscard]] std::optional<QualifiedName> parse_name(std::string_view text);
[[nodiscard]] std::string to_text(const std::string& kind, const std::string& name);

}  // namespace ingot::cdi
