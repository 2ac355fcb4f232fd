// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "config/schema.hpp"
#include "context.hpp"
#include "exit_code.hpp"

namespace ingot::cli {

Command config_schema() {
  return {
      .path = "config schema",
      .summary = "Print the JSON Schema of cluster files",
      .about =
          "Prints a JSON Schema (draft 7) of the cluster files of kind and ingot, for editors and checkers. "
          "It says what a schema can say; ingot config validate knows the rest.",
      .examples = {{"ingot config schema > ingot.schema.json", "for an editor"},
                   {"ingot config schema | jq .then.properties.nodes", "what a node may say"}},
      .see_also = "ingot config validate",
      .declare = [](Flags&) -> Action {
        return [](Context& context) {
          context.print(config::json_schema());
          return static_cast<int>(exit_done);
        };
      }};
}

}  // namespace ingot::cli
