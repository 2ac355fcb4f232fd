// SPDX-License-Identifier: Apache-2.0
// Objects come out of node images and from API servers. Whoever takes one apart does it in here, so that a
// text that is no JSON, or has something else where a name should be, becomes Error{untrusted}.
#pragma once

#include <functional>
#include <string_view>

namespace ingot::boot {

// Runs `work`. `what` names the objects for the message: "an object of the node image".
void believing(std::string_view what, const std::function<void()>& work);

}  // namespace ingot::boot
