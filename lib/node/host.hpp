// SPDX-License-Identifier: Apache-2.0
// A machine that can hold nodes: one Docker engine, in the words of clusters. The other modules know engines
// only through this class. Concrete on purpose; tests put a fake engine under it, on the wire. Thread-safe.
// Errors and cancellation as docker::Engine.
#pragma once

#include "docker/engine.hpp"
#include "node/address_plan.hpp"
#include "node/network_plan.hpp"
#include "node/node_spec.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::node {

struct Node {
  std::string id;
  std::string name;
  std::string cluster;
  std::string role;
  std::string image;
  std::string state;  // created, running, paused, restarting, exited, dead
  std::string address;
  std::int64_t created = 0;  // seconds since the epoch
  docker::Labels labels;
};

struct CommandResult {
  int exit_code = 0;
  std::string output;  // what it wrote to both streams
};

class Host {
 public:
  explicit Host(docker::Engine& engine) : engine_(engine) {}

  [[nodiscard]] docker::EngineInfo info(const std::stop_token& stop) { return engine_.info(stop); }

  // Of several of one name, the one that counts.
  [[nodiscard]] std::optional<docker::NetworkInfo> find_network(const std::string& name,
                                                                const std::stop_token& stop);
  // Makes sure the network exists (concurrent calls end with one) and tells which addresses can be pinned on
  // it. Errors as check_network(), and Error{environment} where none can be made.
  [[nodiscard]] AddressPlan ensure_network(const NetworkWish& wish, const std::stop_token& stop);

  // Error{image_missing}. `progress` is told the bytes of all layers together.
  void pull(const std::string& image,
            const std::function<void(std::int64_t current, std::int64_t total)>& progress,
            const std::stop_token& stop);

  // Nodes of `cluster`, or of all clusters when empty; stopped ones too; by name.
  [[nodiscard]] std::vector<Node> nodes(const std::string& cluster, const std::stop_token& stop);
  [[nodiscard]] std::optional<docker::ContainerInfo> inspect(const std::string& node,
                                                             const std::stop_token& stop);

  std::string create(const NodeSpec& spec, const EngineFacts& facts, const std::stop_token& stop);
  void start(const std::string& id, const std::stop_token& stop) { engine_.start_container(id, stop); }
  // Asks its init to end, and ends it after `limit`. Fine when it does not run.
  void stop(const std::string& id, std::chrono::seconds limit, const std::stop_token& stop);
  // Freezes every process of it, and thaws them. Fine when it is so already.
  void pause(const std::string& id, const std::stop_token& stop);
  void resume(const std::string& id, const std::stop_token& stop);
  // See docker::Engine::limit_container().
  void limit(const std::string& id, const docker::Limits& limits, const std::stop_token& stop) {
    engine_.limit_container(id, limits, stop);
  }
  // With its volumes. False: it was gone already.
  bool remove(const std::string& id_or_name, const std::stop_token& stop);

  // Unpacks a tar at the node's root; works before the node starts, and reaches its /var volume too.
  void put_files(const std::string& id, std::string_view tar, const std::stop_token& stop) {
    engine_.put_archive(id, "/", tar, stop);
  }
  // A regular file of a node, running or not.
  [[nodiscard]] std::optional<std::string> read_file(const std::string& id, const std::string& path,
                                                     const std::stop_token& stop);
  [[nodiscard]] CommandResult run(const std::string& id, const std::vector<std::string>& command,
                                  const std::string& input, const std::stop_token& stop);
  int run_interactive(const std::string& id, const docker::ExecSpec& spec, const docker::ExecStreams& streams,
                      const std::stop_token& stop) {
    return engine_.exec(id, spec, streams, stop);
  }
  // Until a line of the node's console holds one of `words`, or Error{timed_out} or Error{command_failed}
  // when the node stops.
  void wait_for_console(const std::string& id, const std::vector<std::string>& words,
                        base::Clock::time_point deadline, const std::stop_token& stop);
  [[nodiscard]] std::string console(const std::string& id, const std::stop_token& stop);
  [[nodiscard]] docker::UsageSample usage(const std::string& id, const std::stop_token& stop) {
    return engine_.usage(id, stop);
  }

  struct Errand {
    std::string image;
    std::string hostname;
    std::string script;       // for /bin/sh
    std::string input;        // a tar, unpacked at the root before
    std::string output_path;  // file or folder that the script leaves
  };
  // Runs an errand in a throw-away container without network; returns the tar of its output.
  // Error{command_failed} with the container's console when the script fails.
  [[nodiscard]] std::string run_once(const Errand& errand, const std::stop_token& stop);

  [[nodiscard]] docker::Engine& engine() { return engine_; }

 private:
  [[nodiscard]] std::vector<docker::NetworkInfo> networks_named(const std::string& name,
                                                                const std::stop_token& stop);
  void make_network(const NetworkWish& wish, const std::stop_token& stop);
  void remove_duplicates(const std::string& name, const std::stop_token& stop);

  docker::Engine& engine_;
};

}  // namespace ingot::node
