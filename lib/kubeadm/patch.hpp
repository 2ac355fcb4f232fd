// SPDX-License-Identifier: Apache-2.0
// The patches of a cluster file, applied to kubeadm's documents as kind applies them: RFC 7386 merges
// (certSANs are united; in v1beta4 documents extra arguments are merged by name) and RFC 6902 operations, on
// every document of the same kind and, where the patch names one, the same apiVersion. A patch that fits
// nothing is dropped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot::kubeadm {

struct JsonPatch {
  std::string group;
  std::string version;
  std::string kind;
  std::string patch;  // YAML or JSON: a list of operations
};

// The patches of one place, merges first. `where` names the place in messages: "nodes[1].", or empty.
struct PatchSet {
  std::string where;
  std::vector<std::string> merge;  // YAML, several documents each if need be
  std::vector<JsonPatch> json6902;
};

// `documents` with the sets applied in turn (the cluster's, then the node's), as YAML with sorted keys.
// Throws Error{invalid_input} that names the patch and the document.
[[nodiscard]] std::string apply_patches(std::string_view documents, const std::vector<PatchSet>& sets);

}  // namespace ingot::kubeadm
