// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/merge.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::kubeadm {
namespace {

using nlohmann::json;

struct Rules {
  bool has_arg_lists = false;   // the document is v1beta4
  bool takes_old_maps = false;  // the patch says no version, so it may be written for v1beta3
};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

json list_or_empty(const json& object, const std::string& key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : json::array();
}

json to_arg_list(const json& map) {
  json list = json::array();
  for (const auto& [name, value] : map.items()) {
    list.push_back({{"name", name}, {"value", value}});
  }
  return list;
}

// A name without a value removes the argument, as null does in a map.
void merge_arg(json& args, const json& arg) {
  const auto name = arg.find("name");
  if (name == arg.end() || !name->is_string()) {
    throw base::Error(base::ErrorCode::invalid_input, "an extra argument in the patch has no name");
  }
  const auto value = arg.find("value");
  const bool removes = value == arg.end() || value->is_null();
  const auto same = std::find_if(args.begin(), args.end(), [&](const json& own) {
    return own.is_object() && own.value("name", json()) == *name;
  });
  if (same != args.end() && removes) {
    args.erase(same);
  } else if (same != args.end()) {
    (*same)["value"] = *value;
  } else if (!removes) {
    args.push_back({{"name", *name}, {"value", *value}});
  }
}

void merge_args(json& target, const json& patch, const std::string& key, const Rules& rules) {
  json changes = patch.at(key);
  if (changes.is_null()) {
    return;
  }
  if (changes.is_object() && rules.takes_old_maps) {
    changes = to_arg_list(changes);
  }
  if (!changes.is_array() ||
      !std::all_of(changes.begin(), changes.end(), [](auto& arg) { return arg.is_object(); })) {
    throw base::Error(base::ErrorCode::invalid_input,
                      fmt::format("'{}' of kubeadm.k8s.io/v1beta4 is a list of 'name' and 'value'", key));
  }
  json args = list_or_empty(target, key);
  for (const json& change : changes) {
    merge_arg(args, change);
  }
  target[key] = std::move(args);
}

void unite(json& target, const json& patch, const std::string& key) {
  json list = list_or_empty(target, key);
  for (const json& item : list_or_empty(patch, key)) {
    if (std::find(list.begin(), list.end(), item) == list.end()) {
      list.push_back(item);
    }
  }
  target[key] = std::move(list);
}

// Whether the value of `key` is merged otherwise than RFC 7386 says, which is then done.
bool merge_exception(json& target, const json& patch, const std::string& key, const Rules& rules) {
  if (key == "certSANs") {
    unite(target, patch, key);
    return true;
  }
  if (rules.has_arg_lists && (key == "extraArgs" || key == "kubeletExtraArgs")) {
    merge_args(target, patch, key, rules);
    return true;
  }
  return false;
}

// Does what differs from RFC 7386, at any depth, and takes it out of the patch.
void merge_exceptions(json& target, json& patch, const Rules& rules) {
  std::vector<std::string> done;
  for (auto& [key, value] : patch.items()) {
    if (merge_exception(target, patch, key, rules)) {
      done.push_back(key);
      continue;
    }
    if (!value.is_object()) {
      continue;
    }
    if (!target.contains(key) || target[key].is_null()) {
      target[key] = json::object();
    }
    if (target[key].is_object()) {
      merge_exceptions(target[key], value, rules);
    }
  }
  for (const auto& key : done) {
    patch.erase(key);
  }
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

void merge_document(json& document, json patch) {
  const Rules rules{.has_arg_lists = ends_with(text_of(document, "apiVersion"), "v1beta4"),
                    .takes_old_maps = text_of(patch, "apiVersion").empty()};
  merge_exceptions(document, patch, rules);
  document.merge_patch(patch);
}

}  // namespace ingot::kubeadm
