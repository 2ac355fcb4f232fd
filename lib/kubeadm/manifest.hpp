// SPDX-License-Identifier: Apache-2.0
// Manifests of Kubernetes objects, taken apart so that each object can be sent to the API by itself. They
// come out of node images, so they are untrusted: what is no manifest gives Error{untrusted}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot::kubeadm {

// Each object as JSON text, in order; empty documents are skipped, a List is replaced by its items.
[[nodiscard]] std::vector<std::string> split_manifest(std::string_view yaml);

struct CniInput {
  std::string pod_subnet;
  std::string control_plane_endpoint;  // "a-control-plane:6443"
};

// The objects of the image's default-cni.yaml. Such a file may ask, by a phrase in a comment, to have its
// template filled in, and its DaemonSets told where the API server is (kind's installcni action).
[[nodiscard]] std::vector<std::string> cni_objects(std::string_view manifest, const CniInput& input);

}  // namespace ingot::kubeadm
