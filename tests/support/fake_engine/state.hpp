// SPDX-License-Identifier: Apache-2.0
// Everything the fake engine knows, and the lock over it. Handlers lock `mutex` while they look or change and
// ring `bell` after a change. Internal to the fake engine.
#pragma once

#include "support/fake_engine/file_tree.hpp"
#include "support/fake_engine/program.hpp"
#include "support/wire/bell.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace ingot::testing {

using Json = nlohmann::json;
using SystemTime = std::chrono::system_clock::time_point;

struct Image {
  std::string id;
  std::vector<std::string> tags;
  std::map<std::string, std::string> labels;
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::vector<std::string> env;
  std::vector<std::string> volumes;
  FileTree files;
  std::vector<std::string> layers;  // digests; empty: the engine does not tell
  std::string archive;              // what an export gives
  SystemTime created = std::chrono::system_clock::now();
};

struct Subnet {
  std::string subnet;
  std::string gateway;
  std::string ip_range;
};

struct Network {
  std::string id;
  std::string name;
  std::string driver;
  Json labels = Json::object();
  Json options = Json::object();
  bool ipv6 = false;
  bool has_user_subnets = false;
  bool is_predefined = false;
  std::vector<Subnet> subnets;
  std::map<std::string, std::string> addresses;  // container id -> IPv4, of running containers
  SystemTime created = std::chrono::system_clock::now();
};

struct PublishedPort {
  int container_port = 0;
  std::string protocol;
  std::string host_address;
  int host_port = 0;
  base::Fd socket;  // bound for TCP, until a program takes it
};

// One run of a program, as the engine steers it.
struct RunningProcess {
  int pid = 0;
  int signal = 0;  // to be noticed by the program
  bool is_killed = false;
  bool is_done = false;
  int exit_code = 0;
  std::pair<int, int> window;
};

struct LogPiece {
  int channel = 1;
  std::string text;
};

struct Container {
  std::string id;
  std::string name;
  std::string image_id;
  Json spec;  // the body of the create request
  ProcessInfo process;
  std::string state = "created";
  std::string error;
  int exit_code = 0;
  int runs_ended = 0;
  bool is_removing = false;
  SystemTime created = std::chrono::system_clock::now();
  SystemTime started;
  SystemTime finished;
  std::string network;  // name of the one it belongs to; empty: none
  std::string pinned_address;
  std::string pinned_ipv6_address;
  std::string address;  // while it runs
  std::string ipv6_address;
  std::vector<PublishedPort> ports;
  Json mounts = Json::array();
  std::vector<std::string> own_volumes;  // those without a name, made for it
  FileTree files;
  std::vector<LogPiece> log;
  std::shared_ptr<RunningProcess> main;  // of the latest run
  std::uint64_t cpu_ns = 0;
};

struct Exec {
  std::string id;
  std::string container_id;
  ProcessInfo process;
  bool has_input = false;
  bool has_output = false;
  bool has_error = false;
  bool is_privileged = false;
  std::shared_ptr<RunningProcess> run;  // null until started
};

// On a volume that nobody gave a name, as Docker has it since 23.
inline constexpr const char* kAnonymousVolume = "com.docker.volume.anonymous";

struct Volume {
  SystemTime created = std::chrono::system_clock::now();
  std::map<std::string, std::string> labels;
  FileTree files;
};

struct State {
  mutable std::mutex mutex;
  Bell bell;
  bool is_stopping = false;
  std::vector<std::shared_ptr<Container>> containers;  // oldest first; shared with running processes
  std::map<std::string, Network> networks;             // by id
  std::map<std::string, Volume> volumes;               // by name
  std::map<std::string, Image> images;                 // by id
  std::map<std::string, Image> registry;               // by reference: what can be pulled
  std::map<std::string, std::shared_ptr<Exec>> execs;
  Programs programs;
  std::vector<std::string> violations;
  std::vector<Json> events;  // as GET /events tells them
  std::vector<std::thread> threads;
  std::uint64_t last_id = 0;
  int last_pid = 1000;

  // An event, of a container or anything else.
  void tell(const std::string& action, const Container& container);
  void tell(const std::string& type, const std::string& action, const std::string& id,
            const std::map<std::string, std::string>& attributes);

  // 64 hexadecimal digits, never the same twice.
  [[nodiscard]] std::string new_id();
  [[nodiscard]] Network* find_network(const std::string& id_or_name);
  [[nodiscard]] Image* find_image(const std::string& reference);
  // By id, name or the start of an id; null when there is none.
  [[nodiscard]] std::shared_ptr<Container> find_container(const std::string& id_or_name) const;
  // The same, or refusal 404.
  [[nodiscard]] std::shared_ptr<Container> require_container(const std::string& id_or_name) const;
};

// A network with the engine's own names and address range.
void add_predefined_networks(State& state);

// "x" -> "x:latest".
[[nodiscard]] std::string full_reference(const std::string& reference);
[[nodiscard]] std::string to_time_text(SystemTime time);

}  // namespace ingot::testing
