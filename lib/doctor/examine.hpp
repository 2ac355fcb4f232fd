// SPDX-License-Identifier: Apache-2.0
// Whether this machine and its engine can hold clusters, and what to change where they cannot. Looks, and
// tries one throw-away privileged container when a node image is there; changes nothing. Throws only
// Cancelled: an engine that does not answer is a finding.
#pragma once

#include "doctor/facts.hpp"
#include "doctor/finding.hpp"
#include "node/host.hpp"

#include <stop_token>

namespace ingot::doctor {

[[nodiscard]] Report examine(node::Host& host, const Question& question, const std::stop_token& stop);

}  // namespace ingot::doctor
