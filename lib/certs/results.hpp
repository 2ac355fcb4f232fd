// SPDX-License-Identifier: Apache-2.0
// What the verbs on a cluster's certificates take and give: plain values, the promise behind `-o json`.
#pragma once

#include "cluster/results.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ingot::certs {

using Time = std::chrono::system_clock::time_point;

enum class State {
  valid,
  expiring,  // within kSoon
  expired,
  early,    // it is not valid yet
  foreign,  // not issued by its authority
  broken    // no certificate, or without its key
};

inline constexpr std::chrono::days kSoon{30};

// "valid", "expiring", "expired", "notYetValid", "foreign", "broken"
[[nodiscard]] std::string to_text(State state);

struct Certificate {
  std::string node;       // empty: on this machine
  std::string name;       // "apiserver", "etcd/server", "admin.conf", "kubelet-client", "kubeconfig"
  std::string path;       // of its file
  std::string purpose;    // for people
  std::string authority;  // "ca", "front-proxy-ca", "etcd/ca"; empty: its own
  std::string subject;    // escaped; empty: it is broken
  std::string issuer;
  std::string key;                 // "EC P-256"
  std::vector<std::string> names;  // and addresses for which it stands
  bool is_authority = false;
  std::optional<Time> not_before;
  std::optional<Time> not_after;
  State state = State::broken;
  std::string detail;  // a clause; empty: it is valid
};

struct Listing {
  std::string cluster;
  std::vector<Certificate> certificates;  // by node, as they were found
  [[nodiscard]] int count(State state) const;
};

struct RenewRequest {
  std::string cluster;
  std::chrono::hours lifetime{24 * 365 * 10};
  bool force = false;  // also those that last as long already
  bool wait = true;    // false: returns when all is served and used, and not when kubelets have noticed
  std::chrono::milliseconds timeout{300'000};  // of the whole change; then Error{timed_out}
  cluster::KubeconfigTarget kubeconfig;
};

struct RenewedNode {
  std::string name;
  std::vector<std::string> renewed;  // by Certificate::name
};

struct RenewResult {
  std::string cluster;
  std::vector<RenewedNode> nodes;        // those that were changed
  std::vector<std::string> kubeconfigs;  // files that were changed
  std::optional<Time> not_after;         // of what was renewed: the first that ends
  bool is_cut = false;                   // an authority ends before they would
  std::chrono::milliseconds elapsed{0};
  [[nodiscard]] bool changed() const { return !nodes.empty() || !kubeconfigs.empty(); }
};

}  // namespace ingot::certs
