// SPDX-License-Identifier: Apache-2.0
// What the verbs on instances take and give: plain values, the promise behind `-o json`.
#pragma once

#include "attach/results.hpp"
#include "config/limits.hpp"
#include "docker/types.hpp"
#include "gpu/roots.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ingot::instance {

// A machine to be.
struct Spec {
  std::string name;     // container name = host name = name on the network
  std::string image;    // empty: the newest that our recipe made
  std::string cluster;  // whose network it joins, and whose kubeconfig lies in it; empty: none
  std::string network;  // empty: the cluster's, else "kind"
  config::Limits limits;
  std::vector<docker::Mount> mounts;       // folders and files of the engine's machine
  std::vector<docker::PortBinding> ports;  // host_port 0: a free one, which then stays the same
  attach::Wish gpus;                       // whose `node` does not count: a number, or names
  std::vector<std::string> env;            // "NAME=value"
  docker::Labels labels;                   // of the container, beside ours
  std::string disk;       // a volume that stays when the instance goes; empty: one of its own
  std::string user_data;  // #cloud-config or a script; empty: none
  std::string ssh_address = "127.0.0.1";
  int ssh_port = 0;  // 0: a free one
  // What the engine does with it when it starts again itself: "no" or "unless-stopped".
  std::string restart_policy = "unless-stopped";
};

struct RunOptions {
  bool wait = true;  // false: return when the container runs
  std::chrono::milliseconds timeout{300'000};
  bool keep_on_failure = false;
  std::string access_folder;           // see access.hpp
  gpu::Roots gpu_roots;                // where devices are looked for
  std::vector<std::string> proxy_env;  // "HTTP_PROXY=..." and friends
  std::string tool_version;
};

// How `ssh` comes in.
struct SshAccess {
  std::string address;
  int port = 0;
  std::string user = "root";
  std::string folder;  // with id_ed25519, known_hosts and ssh_config
};

struct RunResult {
  std::string name;
  std::string id;
  std::string image;
  std::string network;
  std::string address;
  std::string cluster;
  std::string disk;
  std::vector<std::string> devices;  // that it was given: "nvidia.com/gpu=0"
  SshAccess ssh;
  std::vector<std::string> failed_units;  // of its systemd, when it had booted
  std::chrono::milliseconds elapsed{0};
};

struct Summary {
  std::string name;
  std::string state;  // Running, Stopped, Paused, Creating
  std::string image;
  std::string address;
  std::string ssh;  // "127.0.0.1:40022"; empty: not published
  std::string cluster;
  std::string id;
  std::vector<std::string> devices;  // that it shall have
  std::chrono::system_clock::time_point created;
  docker::Labels labels;  // all that its container has
};

struct Status {
  Summary summary;
  // Of its systemd: "running", "degraded" or what else systemctl(1) knows; empty: it has none, or does not
  // run.
  std::string system;
  std::vector<std::string> failed_units;
  std::string network;
  std::string disk;
  std::vector<docker::PortBinding> ports;
  std::vector<docker::Mount> mounts;
  std::vector<std::string> absent_devices;  // taken by a restart that was none of ingot's
  docker::Limits limits;
  std::optional<std::chrono::system_clock::time_point> started;
  std::optional<double> cpu_cores;  // used now
  std::optional<std::uint64_t> memory_bytes;
  [[nodiscard]] bool healthy() const;
};

struct DeleteOptions {
  bool keep_disk = false;
  std::string access_folder;
  std::chrono::milliseconds timeout{60'000};
};

struct DeleteResult {
  std::string name;
  std::vector<std::string> containers;
  std::vector<std::string> volumes;
  [[nodiscard]] bool found() const { return !containers.empty() || !volumes.empty(); }
};

enum class Verb { stop, start, restart };

// "stop", "stopped"
[[nodiscard]] std::string to_text(Verb verb);
[[nodiscard]] std::string to_past(Verb verb);

struct ChangeOptions {
  std::chrono::milliseconds timeout{120'000};
  std::chrono::seconds grace{15};  // for what runs in it, before it is killed
  bool wait = true;                // false: a start returns when the container runs
};

struct ChangeResult {
  Verb verb = Verb::stop;
  std::string name;
  bool changed = false;                   // false: it was so already
  std::vector<std::string> failed_units;  // of its systemd, after a start
  std::chrono::milliseconds elapsed{0};
};

// A command in an instance.
struct Command {
  std::vector<std::string> words;
  std::vector<std::string> env;  // "NAME=value"
  std::string user;              // empty: root
  std::string working_dir;       // empty: the image's
};

}  // namespace ingot::instance
