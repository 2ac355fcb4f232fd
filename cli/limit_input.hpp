// SPDX-License-Identifier: Apache-2.0
// --cpus, --memory and --pids.
#pragma once

#include "command.hpp"
#include "config/limits.hpp"

#include <map>
#include <string>

namespace ingot::cli {

struct LimitInput {
  std::string cpus;
  std::string memory;
  std::string pids;
};

// `of` ends the sentence of their help: " of each new worker".
void declare_limits(Flags& flags, LimitInput& input, const std::string& of);

// One amount each; "none" is all that the machine has. Error{invalid_input} with all that are no amounts.
[[nodiscard]] config::Limits to_limits(const LimitInput& input);

// One amount for all nodes of `spec`, or one for each role: "control-plane=2,worker=1". What is given wins
// over the file. Which values come from which flag: "nodes[0].cpu" -> "--cpus". Error{invalid_input}.
std::map<std::string, std::string> apply_limits(const LimitInput& input, config::ClusterSpec& spec);

}  // namespace ingot::cli
