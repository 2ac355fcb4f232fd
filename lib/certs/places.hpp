// SPDX-License-Identifier: Apache-2.0
// Where certificates are in a node's files: those of kubeadm's layout, which ingot and kind share. Pure but
// for read_node(). What a node holds is untrusted. Internal to lib/certs.
#pragma once

#include "certs/results.hpp"
#include "node/host.hpp"
#include "tar/tar.hpp"

#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::certs {

struct NodeFiles {
  node::Node node;
  std::map<std::string, tar::File> files;  // below /etc/kubernetes and /var/lib/kubelet/pki, by path

  [[nodiscard]] bool is_control_plane() const { return node.role == node::kControlPlaneRole; }
  // Empty where there is none.
  [[nodiscard]] std::string text_of(const std::string& path) const;
};

// Whether it runs or not. Errors as node::Host, Error{untrusted} for an archive that is none.
[[nodiscard]] NodeFiles read_node(node::Host& host, const node::Node& node, const std::stop_token& stop);

enum class Form {
  pair,       // "apiserver.crt" and "apiserver.key"
  bundle,     // one file with both
  kubeconfig  // of the user of its current context
};

struct Place {
  std::string name;
  std::string path;
  std::string key_path;  // of a pair; `path` otherwise
  Form form = Form::pair;
  std::string authority;  // by name; empty: it is one, or brings its own along
  std::string purpose;    // empty: ingot does not know it
  bool is_authority = false;
  std::string certificate;  // PEM, perhaps with others behind it; empty: unreadable
  std::string key;          // empty: there is none
};

// Authorities first, then what control planes serve and use, then kubelet's. A worker has kubelet's alone.
[[nodiscard]] std::vector<Place> places_in(const NodeFiles& node);

// PEM of an authority ("etcd/ca") as the node has it; empty: it has none.
[[nodiscard]] std::string authority_of(const NodeFiles& node, const std::string& name);

// What the certificate at `place` says and is worth. `node`: whose files it was found in.
[[nodiscard]] Certificate examine(const Place& place, const NodeFiles& node, Time now);

// Whether it was issued by its authority, or by one that is beside it in its file.
[[nodiscard]] bool is_of_its_authority(const Place& place, const NodeFiles& node);

}  // namespace ingot::certs
