// SPDX-License-Identifier: Apache-2.0
#include "prompt.hpp"

#include "base/text.hpp"

#include <string>

namespace ingot::cli {

bool can_ask(const Context& context) {
  return context.host.in.is_terminal && !context.globals.no_input;
}

bool confirm(Context& context, std::string_view question) {
  context.host.err.write(std::string(question) + " [y/N] ");
  std::string answer;
  while (answer.find('\n') == std::string::npos) {
    const auto piece = context.host.in.read(context.stop());
    if (piece.empty()) {
      break;
    }
    answer += piece;
  }
  const auto word = base::trim(answer);
  return word == "y" || word == "Y" || word == "yes";
}

}  // namespace ingot::cli
