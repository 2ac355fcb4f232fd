// SPDX-License-Identifier: Apache-2.0
// Members of a cluster's etcd: asked of the one on a control plane that runs, by curl in the node and etcd's
// gRPC gateway (https://etcd.io/docs/latest/dev-guide/api_grpc_gateway/), with the node's own identity.
// Answers are untrusted. Internal to lib/scale.
#pragma once

#include "base/wait.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::scale {

struct EtcdMember {
  std::string id;          // as etcd writes it in JSON: decimal
  std::string name;        // empty: it never started
  std::string peer_url;    // "https://172.18.0.2:2380"; its first
  std::string client_url;  // "https://172.18.0.2:2379"; empty: it never started
  bool is_learner = false;
};

// Pure: of a list's or an addition's answer. Error{untrusted} when it is not one.
[[nodiscard]] std::vector<EtcdMember> parse_members(std::string_view answer);
// Pure: "a=https://172.18.0.2:2380,b=...", as a new member wants to have it; `own` is who has no name yet.
[[nodiscard]] std::string initial_cluster(const std::vector<EtcdMember>& members, const std::string& own);

// Every call: Error{command_failed} with etcd's own words, errors as node::Host, Cancelled.
class Etcd {
 public:
  // `control_plane`: id of the container that is asked.
  Etcd(node::Host& host, std::string control_plane) : host_(host), control_plane_(std::move(control_plane)) {}

  [[nodiscard]] std::vector<EtcdMember> members(const std::stop_token& stop);
  // One that does not count until it is promoted; all members with it. Waits as long as etcd refuses: it
  // wants to have seen all the others for five seconds. Error{timed_out}.
  std::vector<EtcdMember> add_learner(const std::string& peer_url, base::Clock::time_point deadline,
                                      const std::stop_token& stop);
  // Waits until it has everything that the others have. Error{timed_out}.
  void promote(const std::string& peer_url, base::Clock::time_point deadline, const std::stop_token& stop);
  // Waits until the one that is asked leads: when a leader goes, requests are lost until there is another.
  // Error{timed_out}.
  void lead(base::Clock::time_point deadline, const std::stop_token& stop);
  // By its URL; nothing happens when there is none.
  void remove(const std::string& peer_url, const std::stop_token& stop);

 private:
  // The answer to a POST; `problem` gets etcd's own words when it refuses. `path`: below /v3.
  std::string ask(const std::string& path, const std::string& body, std::string& problem,
                  const std::stop_token& stop, const std::string& server = "https://127.0.0.1:2379");
  // Whether the one that is asked leads; else the leader is asked to hand over. What happened is left in
  // `seen`.
  bool take_over(std::string& seen, const std::stop_token& stop);
  std::string require(const std::string& path, const std::string& body, const std::string& what,
                      const std::stop_token& stop);

  node::Host& host_;
  std::string control_plane_;
};

}  // namespace ingot::scale
