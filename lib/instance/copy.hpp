// SPDX-License-Identifier: Apache-2.0
// `instance cp`: files and folders between this machine and an instance, running or not. Names are as cp(1)
// has them: what goes to a folder that is there keeps its name in it. Errors: Error{not_found} for the
// instance and for what is to be copied from it, Error{invalid_input} for what is not on this machine,
// Error{environment}.
#pragma once

#include "instance/results.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>

namespace ingot::instance {

void copy_in(node::Host& host, const std::string& name, const std::string& source, const std::string& target,
             const std::stop_token& stop);
void copy_out(node::Host& host, const std::string& name, const std::string& source, const std::string& target,
              const std::stop_token& stop);

}  // namespace ingot::instance
