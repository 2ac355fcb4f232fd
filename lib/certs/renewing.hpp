// SPDX-License-Identifier: Apache-2.0
// A cluster whose certificates are being renewed: what was found, and what the steps of the plan hand to one
// another. A step reads only what a step that it needs has written; the executor orders the two. Internal to
// lib/certs.
#pragma once

#include "base/wait.hpp"
#include "certs/places.hpp"
#include "certs/results.hpp"
#include "node/host.hpp"
#include "pki/certificate.hpp"
#include "plan/plan.hpp"

#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::certs {

struct Renewal {
  Place place;
  std::string cause;
};

struct RenewingNode {
  NodeFiles files;
  std::vector<Renewal> renewals;
  bool is_unfinished = false;  // an interrupted renewal left it
  Time restarted;              // written by its step; by the node's own clock, whole seconds

  [[nodiscard]] bool changes() const { return is_unfinished || !renewals.empty(); }
  // "node/demo-control-plane/renew"
  [[nodiscard]] std::string step(std::string_view what) const;
};

struct Renewing {
  node::Host& host;
  RenewRequest request;
  base::Clock::time_point deadline;
  Time now;
  std::string entrance;             // a name of the API that its certificate holds
  std::vector<RenewingNode> nodes;  // control planes first
  std::map<std::string, pki::Authority> authorities;
  bool is_down = false;            // no control plane can be well before all have new certificates
  std::vector<Place> kubeconfigs;  // files of the user's to write
  std::vector<std::string> written;

  // When a certificate of that authority ends if it is renewed now.
  [[nodiscard]] Time end_of(const std::string& authority) const;
  [[nodiscard]] bool is_cut() const;
};

// What is to be done. Errors as renew().
[[nodiscard]] Renewing observe(node::Host& host, const RenewRequest& request, const std::stop_token& stop);

// `renewing` must outlive it.
[[nodiscard]] plan::Plan make_plan(Renewing& renewing);

// The new files of a node, in place of those that are there. Error{untrusted} for a certificate that is none.
[[nodiscard]] std::vector<tar::File> issue(const Renewing& renewing, const RenewingNode& node);

// For node::exchange(): restart what uses the new files ($1: whether it is a control plane), which says the
// time by the node's clock; or see to it that the API server shows its new certificate.
[[nodiscard]] std::string restart_script();
[[nodiscard]] std::string serve_script();
// Waits until everything serves what is in its file, for as long as `limit`.
[[nodiscard]] std::vector<std::string> watch_command(const NodeFiles& node, std::chrono::seconds limit);

}  // namespace ingot::certs
