// SPDX-License-Identifier: Apache-2.0
// What there is to know before a cluster is made, gathered without judging any of it: what the engine answers
// and what the kernel of this machine says of itself (proc(5), cgroups(7)). A fact that cannot be read is
// absent. Gathering throws nothing but Cancelled.
#pragma once

#include "base/error.hpp"
#include "docker/types.hpp"
#include "gpu/catalogue.hpp"
#include "node/host.hpp"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::doctor {

// Where the kernel's own files are; tests point them elsewhere.
struct HostPaths {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string run = "/run";
  std::string modules = "/lib/modules";
};

struct Question {
  std::string image;             // the node image that would be used; empty: any
  std::string network = "kind";  // the network that nodes would be on
  std::string path_env;          // PATH
  HostPaths roots;
  gpu::Roots gpus;
};

// An answer of the engine, or why there is none.
template <typename T>
struct Asked {
  std::optional<T> answer;
  base::Failure failure;
};

// What a privileged container, made as nodes are, had to say.
struct Trial {
  std::string image;
  int exit_code = 0;
  std::string output;
};

struct EngineAnswers {
  Asked<docker::EngineInfo> info;
  Asked<std::vector<docker::NetworkInfo>> networks;
  Asked<std::vector<std::string>> node_images;  // references of those that are there, the wanted one first
  std::optional<Asked<Trial>> trial;            // nothing: there was no image to try with
};

// How far what was read here holds for the engine too.
enum class Distance {
  unknown,  // no engine answers; it is expected on this machine
  here,
  same_kernel,  // in another container or namespace
  elsewhere,
};

struct FreeSpace {
  std::string folder;
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

struct MachineFacts {
  std::string host_name;
  std::string kernel_release;
  std::optional<std::uint64_t> capability_bounds;  // CapBnd
  std::optional<std::int64_t> inotify_instances;
  std::optional<std::int64_t> inotify_watches;
  std::optional<std::int64_t> pid_max;
  std::optional<std::int64_t> pids_limit;  // of the cgroup this machine's root is in; nothing: no limit
  std::optional<std::int64_t> open_files;  // hard limit of this process
  std::optional<std::int64_t> memory_available;
  std::optional<std::int64_t> swap_total;
  std::optional<bool> ip_forward;
  std::optional<bool> ipv6;
  std::optional<bool> ipvs;
  std::optional<bool> overlay_known;  // /proc/filesystems lists it
  bool bridge_filter = false;         // br_netfilter is there
  bool systemd = false;               // it is this machine's init
  std::optional<FreeSpace> engine_disk;
};

struct Facts {
  Question question;
  EngineAnswers engine;
  MachineFacts machine;
  Distance distance = Distance::unknown;
  std::string port_failure;  // why no port of 127.0.0.1 could be taken; empty: one could
  std::string kubectl_path;  // empty: not on PATH
  gpu::Catalogue gpus;
};

[[nodiscard]] Facts gather(node::Host& host, const Question& question, const std::stop_token& stop);

// The part that asks only this machine. `engine_folder`: where the engine keeps its data; may be empty.
[[nodiscard]] MachineFacts look_at_machine(const HostPaths& roots, const std::string& engine_folder);

// Of the first folder of `path_env` that has an executable of this name; empty when none has.
[[nodiscard]] std::string find_program(const std::string& name, const std::string& path_env);

}  // namespace ingot::doctor
