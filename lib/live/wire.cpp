// SPDX-License-Identifier: Apache-2.0
#include "live/wire.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>

namespace ingot::live {

using base::Error;
using base::ErrorCode;
using nlohmann::json;

std::string to_line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json parse(std::string_view text, Sender sender) {
  json message = json::parse(text, nullptr, false);
  auto problems =
      message.is_discarded() ? std::vector<std::string>{"it is not JSON"} : problems_of(message, sender);
  if (!problems.empty()) {
    throw Error({.code = sender == Sender::client ? ErrorCode::invalid_input : ErrorCode::untrusted,
                 .message = "a message is not as the live API has it",
                 .cause = base::join(problems, "; "),
                 .problems = std::move(problems)});
  }
  return message;
}

json to_json(const Position& position) {
  return {{"run", position.run}, {"version", position.version}};
}

json to_json(const TerminalSize& size) {
  return {{"columns", size.columns}, {"rows", size.rows}};
}

}  // namespace ingot::live
