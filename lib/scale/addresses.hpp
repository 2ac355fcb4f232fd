// SPDX-License-Identifier: Apache-2.0
// Names and addresses of nodes in texts. Pure. Internal to lib/scale.
#pragma once

#include <string>
#include <vector>

namespace ingot::scale {

// `text` with each of `from` replaced by the one at the same place in `to`, where it stands alone: "10.0.0.2"
// is no part of "10.0.0.22" or "110.0.0.2". All at once, so that no address is replaced twice.
[[nodiscard]] std::string with_addresses(const std::string& text, const std::vector<std::string>& from,
                                         const std::vector<std::string>& to);

// The same with a name: "demo-control-plane" is no part of "demo-control-plane2".
[[nodiscard]] std::string with_name(const std::string& text, const std::string& from, const std::string& to);

}  // namespace ingot::scale
