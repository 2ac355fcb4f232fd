// SPDX-License-Identifier: Apache-2.0
// What of the user's environment nodes are given, as kind gives it.
#pragma once

#include "host.hpp"

#include <string>
#include <vector>

namespace ingot::cli {

// HTTP_PROXY, HTTPS_PROXY and NO_PROXY, "NAME=value", where they are set: from the environment, the
// upper-case spelling first; when neither proxy is set there, from "proxies" of the docker client's
// config.json, which has an entry for each engine's address and one named "default". A file that cannot be
// read says nothing. Error{environment} as engine_address().
[[nodiscard]] std::vector<std::string> proxy_variables(const Environment& environment);

// KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER, where it is set.
[[nodiscard]] std::vector<std::string> passed_variables(const Environment& environment);

}  // namespace ingot::cli
