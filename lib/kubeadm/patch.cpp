// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/patch.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "kubeadm/json6902.hpp"
#include "kubeadm/merge.hpp"
#include "yaml/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::kubeadm {
namespace {

using nlohmann::json;

struct Target {
  std::string kind;
  std::string api_version;  // empty: any
};

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool fits(const json& document, const Target& target) {
  return document.is_object() && text_of(document, "kind") == target.kind &&
         (target.api_version.empty() || text_of(document, "apiVersion") == target.api_version);
}

// An error in `work` comes out as one that says which patch could not be applied to what.
template <typename Work>
auto naming(const std::string& patch, const std::string& kind, Work&& work) {
  try {
    return work();
  } catch (const base::Error& error) {
    base::Failure failure = error.failure();
    failure.cause = failure.cause.empty() ? failure.message : failure.message + ": " + failure.cause;
    failure.message = kind.empty() ? fmt::format("the patch {} cannot be read", patch)
                                   : fmt::format("the patch {} cannot be applied to {}", patch, kind);
    throw base::Error(std::move(failure));
  }
}

void apply_merge(std::vector<json>& documents, const std::string& name, const std::string& text) {
  const auto patches = naming(name, "", [&] { return yaml::read_json(text); });
  for (const json& patch : patches) {
    if (patch.is_null()) {
      continue;
    }
    if (!patch.is_object()) {
      throw base::Error(base::ErrorCode::invalid_input, fmt::format("the patch {} cannot be read", name),
                        "a patch holds keys and values");
    }
    const Target target{.kind = text_of(patch, "kind"), .api_version = text_of(patch, "apiVersion")};
    for (json& document : documents) {
      if (fits(document, target)) {
        naming(name, target.kind, [&] { merge_document(document, patch); });
      }
    }
  }
}

void apply_json6902(std::vector<json>& documents, const std::string& name, const JsonPatch& patch) {
  const auto parsed = naming(name, "", [&] { return yaml::read_json(patch.patch); });
  const json operations = parsed.empty() || parsed.front().is_null() ? json::array() : parsed.front();
  const Target target{.kind = patch.kind,
                      .api_version = patch.group.empty() ? patch.version : patch.group + "/" + patch.version};
  for (json& document : documents) {
    if (fits(document, target)) {
      naming(name, target.kind, [&] { apply_operations(document, operations); });
    }
  }
}

// While patches are applied, kind's documents carry this, and patches written after kind's old examples name
// it.
json placeholder() {
  return {{"name", "config"}};
}

std::vector<json> read_documents(std::string_view text) {
  auto documents = yaml::read_json(text, yaml::manifest_limits());
  std::erase_if(documents, [](const json& document) { return !document.is_object(); });
  for (json& document : documents) {
    if (!document.contains("metadata")) {
      document["metadata"] = placeholder();
    }
  }
  return documents;
}

std::string write_documents(std::vector<json>& documents) {
  std::vector<std::string> texts;
  for (json& document : documents) {
    if (document.is_object() && document.value("metadata", json()) == placeholder()) {
      document.erase("metadata");
    }
    texts.push_back(yaml::to_yaml(document));
  }
  return base::join(texts, "---\n");
}

}  // namespace

std::string apply_patches(std::string_view documents_text, const std::vector<PatchSet>& sets) {
  auto documents = read_documents(documents_text);
  for (const PatchSet& set : sets) {
    for (std::size_t i = 0; i < set.merge.size(); ++i) {
      apply_merge(documents, fmt::format("{}kubeadmConfigPatches[{}]", set.where, i), set.merge[i]);
    }
    for (std::size_t i = 0; i < set.json6902.size(); ++i) {
      apply_json6902(documents, fmt::format("{}kubeadmConfigPatchesJSON6902[{}]", set.where, i),
                     set.json6902[i]);
    }
  }
  return write_documents(documents);
}

}  // namespace ingot::kubeadm
