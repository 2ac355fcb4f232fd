// SPDX-License-Identifier: Apache-2.0
// `instance delete`: the container, its own disk, and its keys on the user's machine. From labels alone, so
// also what is half made.
#pragma once

#include "instance/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <stop_token>
#include <string>

namespace ingot::instance {

// What remove() would remove now.
[[nodiscard]] DeleteResult find_remains(node::Host& host, const std::string& name,
                                        const DeleteOptions& options, const std::stop_token& stop);

// Result without anything where there was nothing. Error{timed_out}, errors as docker::Engine, and Cancelled
// with what the same command will remove.
DeleteResult remove(node::Host& host, const std::string& name, const DeleteOptions& options,
                    const plan::Interrupts& interrupts, plan::EventSink& sink);

// Where no container has it.
void remove_disk(node::Host& host, const std::string& volume, const std::stop_token& stop);

}  // namespace ingot::instance
