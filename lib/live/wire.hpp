// SPDX-License-Identifier: Apache-2.0
// What messages in both directions are made of. Pure. Internal to lib/live.
#pragma once

#include "live/position.hpp"
#include "live/protocol.hpp"
#include "live/requests.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace ingot::live {

// One line. What the engine calls things need not be UTF-8.
[[nodiscard]] std::string to_line(const nlohmann::json& value);
// Error{invalid_input} for what a client, Error{untrusted} for what a server may not say.
[[nodiscard]] nlohmann::json parse(std::string_view text, Sender sender);
[[nodiscard]] nlohmann::json to_json(const Position& position);
[[nodiscard]] nlohmann::json to_json(const TerminalSize& size);

}  // namespace ingot::live
