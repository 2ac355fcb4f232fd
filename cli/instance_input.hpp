// SPDX-License-Identifier: Apache-2.0
// From the flags of `instance run` to the description of an instance.
#pragma once

#include "context.hpp"
#include "gpu_input.hpp"
#include "limit_input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ingot::cli {

struct InstanceInput {
  std::vector<std::string> name;  // at most one
  std::string image;
  std::string cluster;
  std::string network;
  LimitInput limits;
  GpuInput gpus;
  std::vector<std::string> mounts;
  std::vector<std::string> ports;
  std::vector<std::string> env;
  std::vector<std::string> labels;
  std::string disk;
  std::string user_data;  // a file
  std::string ssh;
  std::string restart;
};

// `input` must live until the command has run.
void declare_input(Flags& flags, InstanceInput& input);

// Every mistake of every flag, and every rule that the whole breaks, at once: Error{invalid_input}. Nothing
// is asked of the engine, but, where something is wrong already, whether devices can be had as well: else the
// run itself tells.
[[nodiscard]] instance::Spec make_instance_spec(const InstanceInput& input, Context& context);

}  // namespace ingot::cli
