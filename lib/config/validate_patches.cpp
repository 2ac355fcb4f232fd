// SPDX-License-Identifier: Apache-2.0
#include "config/rules.hpp"

#include "base/error.hpp"
#include "containerd/config_patch.hpp"
#include "yaml/document.hpp"

#include <fmt/format.h>
#include <functional>

namespace ingot::config {
namespace {

const yaml::Node* value_of(const yaml::Node& mapping, std::string_view key) {
  for (const auto& entry : mapping.entries) {
    if (entry.key.text == key) {
      return &entry.value;
    }
  }
  return nullptr;
}

// Reads `text`, lets `judge` look at each document, and reports what does not parse.
void check_yaml(const std::string& path, const std::string& text, Findings& findings,
                const std::function<void(const yaml::Node&)>& judge) {
  try {
    for (const yaml::Node& document : yaml::parse_all(text)) {
      judge(document);
    }
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    findings.add(path, fmt::format("is not YAML that can be read; in the patch, {}",
                                   failure.problems.empty() ? failure.cause : failure.problems.front()));
  }
}

void check_merge_patches(const std::vector<std::string>& patches, const std::string& path,
                         Findings& findings) {
  for (std::size_t i = 0; i < patches.size(); ++i) {
    const auto at = fmt::format("{}[{}]", path, i);
    check_yaml(at, patches[i], findings, [&](const yaml::Node& document) {
      if (document.kind != yaml::Kind::mapping && document.kind != yaml::Kind::null) {
        findings.add(
            at, fmt::format("a patch holds keys and values; in the patch, line {} does not", document.line));
      } else if (document.kind == yaml::Kind::mapping && value_of(document, "kind") == nullptr) {
        findings.add(at,
                     "a patch names the kind of document it is for, such as 'kind: ClusterConfiguration'");
      }
    });
  }
}

void check_operations(const std::string& path, const yaml::Node& document, Findings& findings) {
  if (document.kind == yaml::Kind::null) {
    return;
  }
  if (document.kind != yaml::Kind::sequence) {
    return findings.add(path, "wants a list of operations, each with 'op' and 'path'");
  }
  for (std::size_t i = 0; i < document.items.size(); ++i) {
    for (const auto* key : {"op", "path"}) {
      const auto* value = value_of(document.items[i], key);
      if (value == nullptr || value->kind != yaml::Kind::scalar) {
        findings.add(path, fmt::format("operation {} has no '{}'", i + 1, key));
      }
    }
  }
}

void check_json_patches(const std::vector<Json6902Patch>& patches, const std::string& path,
                        Findings& findings) {
  for (std::size_t i = 0; i < patches.size(); ++i) {
    const auto at = fmt::format("{}[{}]", path, i);
    if (patches[i].kind.empty()) {
      findings.add(at + ".kind", "missing");
    }
    check_yaml(at + ".patch", patches[i].patch, findings,
               [&](const yaml::Node& document) { check_operations(at + ".patch", document, findings); });
  }
}

bool is_word(std::string_view text) {
  return !text.empty() && text.find_first_of(",= \t\n\"") == text.npos;
}

void check_containerd_patches(const ClusterSpec& spec, Findings& findings) {
  const auto judge = [&](const char* path, const std::vector<std::string>& patches, const char* language,
                         std::string (*problem_of)(std::string_view)) {
    for (std::size_t i = 0; i < patches.size(); ++i) {
      if (const auto problem = problem_of(patches[i]); !problem.empty()) {
        findings.add(fmt::format("{}[{}]", path, i),
                     fmt::format("is no patch in {}; in the patch, {}", language, problem));
      }
    }
  };
  judge("containerdConfigPatches", spec.containerd_patches, "TOML", containerd::problem_of_merge_patch);
  judge("containerdConfigPatchesJSON6902", spec.containerd_json6902_patches, "JSON",
        containerd::problem_of_json_patch);
}

}  // namespace

void check_patches(const ClusterSpec& spec, Findings& findings) {
  check_containerd_patches(spec, findings);
  check_merge_patches(spec.kubeadm_patches, "kubeadmConfigPatches", findings);
  check_json_patches(spec.kubeadm_json6902_patches, "kubeadmConfigPatchesJSON6902", findings);
  for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
    const auto path = fmt::format("nodes[{}].kubeadmConfigPatches", i);
    check_merge_patches(spec.nodes[i].kubeadm_patches, path, findings);
    check_json_patches(spec.nodes[i].kubeadm_json6902_patches, path + "JSON6902", findings);
  }
  // Both become comma lists of name=value in the flags of the control plane.
  for (const auto& [gate, on] : spec.feature_gates) {
    if (!is_word(gate)) {
      findings.add(child_path("featureGates", gate), "no name of a feature gate");
    }
  }
  for (const auto& [key, value] : spec.runtime_config) {
    if (!is_word(key) || (!value.empty() && !is_word(value))) {
      findings.add(child_path("runtimeConfig", key),
                   "names and values may hold no ',', '=', quotes or spaces");
    }
  }
}

}  // namespace ingot::config
