// SPDX-License-Identifier: Apache-2.0
// What we say to and hear from a Docker engine, as plain types. Field meanings are those of the Docker Engine
// API v1.41 reference (docs.docker.com/reference/api/engine/version/v1.41/). JSON stays inside
// lib/docker/*.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::docker {

using Labels = std::map<std::string, std::string>;

// Empty where there is none of that name.
[[nodiscard]] inline std::string label_of(const Labels& labels, std::string_view name) {
  const auto found = labels.find(std::string(name));
  return found == labels.end() ? std::string() : found->second;
}

struct EngineInfo {
  std::string server_version;
  std::string api_version;  // the one negotiated
  std::string name;
  std::string operating_system;
  std::string kernel_version;
  std::string architecture;
  std::string cgroup_version;  // "1" or "2"
  std::string cgroup_driver;
  std::string storage_driver;
  std::string backing_filesystem;
  std::string root_dir;
  std::vector<std::string> security_options;
  std::vector<std::string> runtimes;
  std::string default_runtime;
  std::vector<std::string> warnings;
  std::int64_t cpus = 0;
  std::int64_t memory_bytes = 0;
};

struct ImageInfo {
  std::string id;  // "sha256:..."
  std::vector<std::string> tags;
  std::vector<std::string> digests;
  Labels labels;
  std::int64_t size = 0;
  std::string created;  // RFC 3339
  std::string architecture;
  // Filled by inspect only. Layers by the digest of their uncompressed tar, lowest first, and the folders of
  // the engine's machine that hold them; no folders unless the storage driver (overlay2) keeps one for each.
  std::vector<std::string> layers;
  std::vector<std::string> layer_folders;
};

struct NetworkInfo {
  struct Subnet {
    std::string subnet;    // CIDR
    std::string gateway;   // may be empty
    std::string ip_range;  // CIDR that the engine's own choices come from; empty: the whole subnet
  };
  std::string id;
  std::string name;
  std::string driver;
  bool ipv6 = false;
  std::vector<Subnet> subnets;
  Labels labels;
  Labels options;
  std::string created;  // RFC 3339
  // Filled by inspect only: addresses in use, container id -> "172.18.0.2/16".
  std::map<std::string, std::string> container_addresses;
};

struct NetworkSpec {
  std::string name;
  std::string driver = "bridge";
  bool ipv6 = false;
  std::vector<NetworkInfo::Subnet> subnets;  // empty: the engine chooses
  Labels labels;
  Labels options;
};

struct VolumeInfo {
  std::string name;
  std::string created;  // RFC 3339
  Labels labels;
};

struct PortBinding {
  int container_port = 0;
  std::string protocol = "tcp";
  std::string host_address;
  int host_port = 0;  // 0: the engine chooses
};

struct Mount {
  std::string type = "bind";  // bind, volume, tmpfs
  std::string source;
  std::string target;
  bool read_only = false;
  std::string propagation;  // "", "rslave", "rshared"
};

struct Device {
  std::string host_path;
  std::string container_path;
  std::string permissions = "rwm";
};

struct Ulimit {
  std::string name;  // "nofile"
  std::int64_t soft = 0;
  std::int64_t hard = 0;
};

// Of all processes of a container together; 0: none.
struct Limits {
  std::int64_t nano_cpus = 0;  // thousand-millionths of a processor
  std::int64_t memory_bytes = 0;
  std::int64_t pids = 0;
  [[nodiscard]] bool operator==(const Limits&) const = default;
};

struct ContainerSpec {
  std::string image;
  std::string hostname;
  std::vector<std::string> entrypoint;  // empty: the image's own
  std::vector<std::string> command;     // empty: the image's own
  std::vector<std::string> env;         // "NAME=value"
  Labels labels;
  bool tty = false;
  bool privileged = false;
  bool auto_remove = false;
  bool network_disabled = false;
  std::string network;       // HostConfig.NetworkMode; empty: the engine's default
  std::string ipv4_address;  // pinned address; needs a network with a given subnet
  std::string ipv6_address;
  std::vector<std::string> security_options;
  std::map<std::string, std::string> tmpfs;  // target -> options
  std::vector<std::string> anonymous_volumes;
  std::vector<std::string> binds;  // "host:container[:options]", as docker -v takes them
  std::vector<Mount> mounts;       // unlike a bind, one whose source is not there is refused
  std::vector<PortBinding> ports;
  std::vector<Device> devices;
  std::vector<Ulimit> ulimits;
  Limits limits;
  std::map<std::string, std::string> sysctls;
  std::string restart_policy;  // "", "no", "on-failure", "always", "unless-stopped"
  int restart_retries = 0;
  bool private_cgroup_namespace = false;
  std::string userns_mode;
  std::string pid_mode;     // "host": the machine's processes are seen
  std::string stop_signal;  // empty: the image's own
  std::optional<bool> init;
  std::vector<std::string> extra_hosts;
};

struct ContainerSummary {
  std::string id;
  std::string name;  // without the leading slash
  std::string image;
  std::string state;         // created, running, paused, restarting, exited, dead
  std::string status;        // "Up 5 minutes", for people
  std::int64_t created = 0;  // seconds since the epoch
  Labels labels;
  std::map<std::string, std::string> addresses;  // network -> IPv4
};

struct ContainerInfo {
  std::string id;
  std::string name;
  std::string image;  // reference it was created from
  std::string image_id;
  std::string state;
  std::int64_t pid = 0;
  int exit_code = 0;
  std::string error;
  std::string created;
  std::string started_at;
  std::string finished_at;  // of the run before, or of none: in the year 1
  Labels labels;
  std::vector<std::string> env;
  bool tty = false;
  std::vector<PortBinding> ports;  // as bound now
  Limits limits;
  std::vector<Mount> mounts;  // `source` is the volume's name for volumes
  struct Attachment {
    std::string ipv4;
    std::string ipv6;
    std::string gateway;
    std::string network_id;
  };
  std::map<std::string, Attachment> networks;
  // The folder of the engine's machine that holds what the container changed of its image; empty unless the
  // storage driver (overlay2) keeps one.
  std::string changes_folder;
};

// In what a container made from another one's recipe differs from it. What is empty stays as it is.
struct ContainerChanges {
  std::string image;
  std::string hostname;
  Labels labels;                   // in place of those of the same name
  std::vector<PortBinding> ports;  // all of them, in place of all of the recipe's
  std::string ipv4_address;        // pinned ones; a recipe has none of its own
  std::string ipv6_address;
};

struct ExecSpec {
  std::vector<std::string> command;
  std::vector<std::string> env;
  std::string working_dir;
  std::string user;
  bool tty = false;
  bool privileged = false;
};

// Of a terminal, in characters; zero: not known.
struct TerminalSize {
  int rows = 0;
  int columns = 0;
};

// Where an exec's bytes go and come from. Callbacks run on the calling thread, except `input`, which is read
// on a thread of its own and ends the input when it returns an empty string.
struct ExecStreams {
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> err;
  std::function<std::string(const std::stop_token&)> input;  // null: no standard input
  TerminalSize size = {};  // from the beginning; engines before API 1.42 give another one at first
  // Called once the exec runs, with a function that resizes its terminal; may be null.
  std::function<void(std::function<void(int rows, int columns)> resize)> on_start;
};

struct UsageSample {
  std::uint64_t cpu_ns = 0;        // total used
  std::uint64_t memory_bytes = 0;  // without page cache, as `docker stats` shows it
  std::uint64_t memory_limit = 0;
  std::chrono::steady_clock::time_point at;
};

struct PullProgress {
  std::string layer;
  std::string status;
  std::int64_t current = 0;
  std::int64_t total = 0;
};

}  // namespace ingot::docker
