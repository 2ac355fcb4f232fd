// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"

namespace ingot::cli {

namespace {

struct Options {
  std::string cluster;
  std::string nodes;
};

int execute(const Options& options, Context& context) {
  const auto name = context.settings.get("cluster", options.cluster).value;
  const auto nodes = options.nodes.empty() ? std::vector<std::string>() : base::split(options.nodes, ',');
  context.print(output::view_of(context.session().list_images(name, nodes, context.stop()), context.wide()));
  return exit_done;
}

}  // namespace

Command image_list() {
  return {
      .path = "image list",
      .summary = "List the images of a cluster's nodes",
      .about =
          "Lists which images the nodes of a cluster have, those that their node image brought along, too. "
          "NODES tells how many of the nodes have an image; -o wide names them.",
      .examples = {{"ingot image list", "of the default cluster"},
                   {"ingot image list --cluster demo -o name", "only names, for scripts"}},
      .see_also = "ingot image load",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.value("--cluster", "NAME", "of the cluster", options->cluster).meaning = Meaning::cluster;
        flags.value("--nodes", "NODE,...", "ask only these nodes", options->nodes);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

Command image_list_alias() {
  auto command = image_list();
  command.path = "image ls";
  command.hidden = true;
  return command;
}

}  // namespace ingot::cli
