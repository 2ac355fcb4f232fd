// SPDX-License-Identifier: Apache-2.0
// What a new instance is made from, and where, as far as its spec leaves that open. Nothing is changed.
#pragma once

#include "instance/container.hpp"
#include "node/host.hpp"

#include <stop_token>
#include <string>

namespace ingot::instance {

// Error{already_exists} when a container has the name.
void refuse_existing(node::Host& host, const std::string& name, const std::stop_token& stop);
// That of the spec, which the engine need not have; else the newest that our recipe made.
// Error{image_missing} when there is none.
[[nodiscard]] std::string choose_image(node::Host& host, const Spec& spec, const std::stop_token& stop);
// That of the cluster it is for; else that of the spec. Error{invalid_input} when these differ, errors as
// network_of_cluster().
[[nodiscard]] std::string choose_network(node::Host& host, const Spec& spec, const std::stop_token& stop);

}  // namespace ingot::instance
