// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "instance_name.hpp"
#include "parse.hpp"
#include "text_input.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::vector<std::string> command;
  bool print_config = false;
  bool merge_config = false;
};

int merge(Context& context) {
  const auto home = lookup(context.host.environment, "HOME");
  if (home.empty()) {
    throw base::Error(base::ErrorCode::environment, "there is no ~/.ssh/config", "HOME is not set");
  }
  const auto file = fmt::format("{}/.ssh/config", home);
  const bool changed = session::Session::merge_ssh_config(file, context.instance_folder());
  context.say(fmt::format("{} {} the instances' names: ssh NAME.ingot", file,
                          changed ? "knows now" : "knew already"));
  return exit_done;
}

int execute(const Options& options, Context& context) {
  const auto& name = one_instance("instance ssh", options.names);
  const auto access = context.session().instance_ssh(name, context.instance_folder(), context.stop());
  const auto config = access.folder + "/ssh_config";
  if (options.print_config) {
    context.print(read_text(config, "file", context));
    return exit_done;
  }
  if (options.merge_config) {
    return merge(context);
  }
  std::vector<std::string> words{"ssh", "-F", config, name + ".ingot"};
  words.insert(words.end(), options.command.begin(), options.command.end());
  return context.host.become(words);
}

}  // namespace

Command instance_ssh() {
  return {
      .path = "instance ssh",
      .summary = "Log in to an instance by SSH",
      .about =
          "Runs this machine's ssh with the key that was made for the instance, and a new one where that is "
          "lost. What follows -- is run there instead of a shell. --print-config prints what ssh needs to "
          "know, --merge-config lets ~/.ssh/config include it for all instances: then ssh, scp, rsync and "
          "editors know them as NAME.ingot.",
      .examples = {{"ingot instance ssh dev", "a shell"},
                   {"ingot instance ssh dev -- docker ps", "one command"},
                   {"ingot instance ssh dev --merge-config", "then: scp file dev.ingot:"}},
      .see_also = "ingot instance exec, ingot instance cp",
      .failure_code = exit_inner_failed,
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        declare_instance(flags, options->names);
        flags.toggle("--print-config", "print the instance's part of an ssh_config", options->print_config);
        flags.toggle("--merge-config", "include all instances in ~/.ssh/config", options->merge_config);
        flags.inner_command("COMMAND...", options->command);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
