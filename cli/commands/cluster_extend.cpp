// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"

#include <fmt/format.h>

#include <optional>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::string ttl;
  bool never = false;
  bool dry_run = false;
};

int execute(const Options& options, Context& context) {
  if (options.ttl.empty() != options.never) {
    throw_usage("cluster extend", "how long? One of --ttl and --never is needed");
  }
  std::optional<std::chrono::milliseconds> ttl;
  if (!options.never) {
    ttl = to_duration({options.ttl, "--ttl"}, "time to live");
  }
  const auto name = context.cluster_name(options.names);
  if (options.dry_run) {
    context.print(fmt::format("cluster/{} would {}\n", name,
                              ttl ? "expire " + base::to_text(*ttl) + " from now" : "never expire"));
    return exit_done;
  }
  const auto result = context.session().extend_cluster(name, ttl, context.stop());
  context.print(
      output::view_of(result),
      fmt::format("cluster/{} {}\n", name,
                  result.expires ? "expires " + base::to_rfc3339(*result.expires) : "never expires"));
  return exit_done;
}

}  // namespace

Command cluster_extend() {
  return {
      .path = "cluster extend",
      .summary = "Give a cluster more time, or less",
      .about =
          "Sets anew when a cluster expires that was created with --ttl: so long from now, whether that is "
          "later or earlier than before. The cluster may run or not; it is not touched otherwise. Nothing "
          "deletes it by itself: ingot cluster delete --expired does.",
      .examples = {{"ingot cluster extend demo --ttl 1h", "one hour from now"},
                   {"ingot cluster extend demo --never", "delete --expired leaves it alone"}},
      .see_also = "ingot cluster create, ingot cluster delete, ingot cluster list",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "NAME",
                          .help = "of the cluster",
                          .meaning = Meaning::cluster,
                          .limit = 1,
                          .target = &options->names});
        flags.value("--ttl", "DURATION", "how long from now, such as 1h", options->ttl);
        flags.toggle("--never", "it does not expire any more", options->never);
        flags.toggle("--dry-run", "print what would be and change nothing", options->dry_run);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
