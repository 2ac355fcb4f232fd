// SPDX-License-Identifier: Apache-2.0
// The three entries of a cluster (cluster, user, context) in the text of a kubeconfig: set, drop and read
// them. Pure functions from text to text; `file` is for messages. Internal to lib/kubeconfig. Throws
// base::Error{invalid_input} that names file and line when the text is no kubeconfig, and then nothing
// changed.
#pragma once

#include "kubeconfig/kubeconfig.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ingot::kubeconfig {

// `text` with the entries `name` set and made current. Entries of that name are replaced, the others stay.
[[nodiscard]] std::string with_entries(const std::string& text, const std::string& file,
                                       const std::string& name, const Access& access);

// `text` without the entries `name`, and with no current context if it was that one; nothing if there is
// nothing to drop.
[[nodiscard]] std::optional<std::string> without_entries(const std::string& text, const std::string& file,
                                                         const std::string& name);

// Name and server of every cluster that has both.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> servers(const std::string& text,
                                                                       const std::string& file);

}  // namespace ingot::kubeconfig
