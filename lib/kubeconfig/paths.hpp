// SPDX-License-Identifier: Apache-2.0
// Which kubeconfig files are meant, as kubectl and kind choose them. Pure functions of what the caller read
// from its flags and its environment.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace ingot::kubeconfig {

struct PathSources {
  std::string given;     // by flag: then nothing else counts
  std::string variable;  // $KUBECONFIG, a list with colons
  std::string home;      // $HOME
};

// Every file in which our entries may be, in order and each once. Error{environment} if there is no way to
// tell (nothing given, and no home).
[[nodiscard]] std::vector<std::string> search_path(const PathSources& sources);

// The file to write to: the first of the search path that exists, else its last.
[[nodiscard]] std::string merge_target(const PathSources& sources,
                                       const std::function<bool(const std::string&)>& exists);

}  // namespace ingot::kubeconfig
