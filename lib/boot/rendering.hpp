// SPDX-License-Identifier: Apache-2.0
// What kubeadm would write and create differs from one Kubernetes version to the next, so the kubeadm inside
// the node image is asked once: `kubeadm init --dry-run` with placeholder names prints every static pod,
// kubelet file and object. A Rendering is that answer. It depends on the image and on the kubeadm
// configuration only, so it can be kept; names, addresses, certificates and dates are put in later. Pure
// functions; answers from an image are untrusted: Error{untrusted} when something that must be there is
// missing.
#pragma once

#include "tar/tar.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::boot {

// Names that kubeadm is run with. Long and odd enough not to occur in anything else that it prints.
struct Names {
  std::string cluster = "ingot-placeholder-cluster";
  std::string node = "ingot-placeholder-control-plane";  // the first control plane
  std::string address = "192.0.2.254";                   // TEST-NET-1: nobody's
  std::string ipv6 =
      "2001:db8:192:2:254:ffff:2:192";  // of the documentation's range; no part of it is left out
  std::string endpoint = "ingot-placeholder-endpoint";  // host by which all nodes reach the API
  std::string labels = "ingot.placeholder/labels=";     // of the node, as kubelet takes them
};

struct Rendering {
  std::string kubernetes_version;
  std::map<std::string, std::string> static_pods;  // "etcd.yaml" -> text
  std::string kubelet_config;                      // /var/lib/kubelet/config.yaml
  std::string instance_config;                     // /var/lib/kubelet/instance-config.yaml; may be empty
  std::string kubelet_flags;                       // /var/lib/kubelet/kubeadm-flags.env
  std::vector<std::string> objects;                // JSON, in kubeadm's order
  std::vector<std::string> cni;                    // of the image's default CNI, JSON
  std::vector<std::string> storage;                // of the image's default storage class, JSON
  std::vector<std::string> rbac;  // what the API server will make itself, where the image tells
};

// Script for /bin/sh in a container of the image, which finds `kubeadm_config` at kRenderingInput and leaves
// its files below kRenderingOutput.
inline constexpr std::string_view kRenderingInput = "/ingot/kubeadm.conf";
inline constexpr std::string_view kRenderingOutput = "/ingot/out";
[[nodiscard]] std::string rendering_script();

// From the files of kRenderingOutput, paths relative to its parent ("out/dry/etcd.yaml").
[[nodiscard]] Rendering parse_rendering(const std::map<std::string, std::string>& files,
                                        const std::string& pod_subnet);

// One JSON text, and back; nothing when the text is not one that this version of ingot wrote.
[[nodiscard]] std::string to_cache_text(const Rendering& rendering);
[[nodiscard]] std::optional<Rendering> from_cache_text(std::string_view text);

// Names the rendering of `image_id` with `kubeadm_config`: a file name.
[[nodiscard]] std::string cache_key(const std::string& image_id, const std::string& kubeadm_config);

// `text` with the placeholders replaced.
[[nodiscard]] std::string with_names(std::string text, const Names& names);

}  // namespace ingot::boot
