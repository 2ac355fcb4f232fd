// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/paths.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace ingot::kubeconfig {

std::vector<std::string> search_path(const PathSources& sources) {
  if (!sources.given.empty()) {
    return {sources.given};
  }
  std::vector<std::string> files;
  for (std::string& file : base::split(sources.variable, ':')) {
    if (!file.empty() && std::ranges::find(files, file) == files.end()) {
      files.push_back(std::move(file));
    }
  }
  if (files.empty()) {
    if (sources.home.empty()) {
      throw base::Error(base::ErrorCode::environment, "there is no place for the kubeconfig",
                        "neither KUBECONFIG nor HOME is set");
    }
    files.push_back(sources.home + "/.kube/config");
  }
  return files;
}

std::string merge_target(const PathSources& sources, const std::function<bool(const std::string&)>& exists) {
  const std::vector<std::string> files = search_path(sources);
  const auto found = std::ranges::find_if(files, exists);
  return found != files.end() ? *found : files.back();
}

}  // namespace ingot::kubeconfig
