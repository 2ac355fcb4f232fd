// SPDX-License-Identifier: Apache-2.0
#include "kind/kind.hpp"
#include "commands/commands.hpp"
#include "context.hpp"

namespace ingot::cli {

Command kind_command_line() {
  return {
      .path = "kind",
      .summary = "Do as kind does, with kind's command line",
      .about =
          "Takes kind's commands and flags, reads its variables, prints its words and exits with its codes "
          "(0 and 1). Called by the name of kind, through a symbolic link say, ingot does the same. "
          "docs/kind.md lists what differs.",
      .examples = {{"ingot kind create cluster --name demo --wait 1m", "as kind create cluster"},
                   {"ingot kind get clusters", "clusters of ingot and of kind alike"}},
      .see_also = "ingot cluster create",
      .verbatim = true,
      .declare = [](Flags& flags) -> Action {
        auto words = std::make_shared<std::vector<std::string>>();
        flags.inner_command("COMMAND [ARGUMENT...]", *words);
        return [words](Context& context) { return kind::run(*words, context.host); };
      }};
}

}  // namespace ingot::cli
