// SPDX-License-Identifier: Apache-2.0
#include "version.hpp"
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "output/failure.hpp"
#include "time_limit.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

// What the engine says of itself; it is no failure of `version` when it says nothing.
output::Value engine_value(Context& context) {
  const TimeLimit limit(std::chrono::seconds(2), context.stop());
  try {
    const auto info = context.session().engine_info(limit.stop());
    return output::Value::Object{{"reachable", true},
                                 {"version", info.server_version},
                                 {"apiVersion", info.api_version},
                                 {"operatingSystem", info.operating_system},
                                 {"kernelVersion", info.kernel_version},
                                 {"architecture", info.architecture}};
  } catch (const base::Error& error) {
    return output::Value::Object{{"reachable", false}, {"error", output::failure_value(error.failure())}};
  } catch (const base::Cancelled&) {
    return output::Value::Object{{"reachable", false}};
  }
}

int execute(Context& context) {
  output::View view{.names = {std::string(kVersion)}};
  if (context.format() == "json" || context.format() == "yaml") {
    view.value = output::Value::Object{{"apiVersion", output::kApiVersion},
                                       {"kind", "Version"},
                                       {"version", kVersion},
                                       {"commit", kCommit},
                                       {"engine", engine_value(context)}};
  }
  context.print(view, fmt::format("ingot {}{}\n", kVersion,
                                  kCommit.empty() || !context.wide() ? "" : fmt::format(" ({})", kCommit)));
  return exit_done;
}

}  // namespace

Command version() {
  return {
      .path = "version",
      .summary = "Print the version",
      .about = "Prints the version of ingot. With -o json or yaml it asks the engine for its version, too.",
      .examples = {{"ingot version", "of ingot alone"},
                   {"ingot version -o json", "with the engine's, for a report"}},
      .declare = [](Flags&) -> Action { return execute; }};
}

}  // namespace ingot::cli
