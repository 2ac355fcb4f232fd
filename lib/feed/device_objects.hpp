// SPDX-License-Identifier: Apache-2.0
// Devices as objects of the live API: what the machine has, and who has it of that. Pure.
#pragma once

#include "attach/holding.hpp"
#include "gpu/catalogue.hpp"
#include "live/object.hpp"

#include <map>
#include <string>
#include <vector>

namespace ingot::feed {

// By id, what there is to know of each but for its holders: `data` of an object, as JSON.
using Stock = std::map<std::string, std::string>;
[[nodiscard]] Stock to_stock(const gpu::Catalogue& catalogue);

[[nodiscard]] std::vector<live::Object> device_objects(const Stock& stock,
                                                       const std::vector<attach::Holding>& holdings);

// Whether something can be given again to it: it lacks some, and this machine has all that it shall have.
[[nodiscard]] bool can_be_mended(const Stock& stock, const attach::Holding& holding);

}  // namespace ingot::feed
