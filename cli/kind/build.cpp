// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "exit_code.hpp"
#include "kind/commands.hpp"

namespace ingot::cli::kind {

namespace {

struct Options {
  std::vector<std::string> source;
  std::string arch;
  std::string base_image;
  std::string image;
  std::string type;
};

int execute(const Options& /*options*/, Context& /*context*/) {
  throw base::Error({.code = base::ErrorCode::unsupported,
                     .message = "error building node image: ingot does not build images by this command yet",
                     .cause = "tools/node-image of its sources does"});
}

}  // namespace

Command build_node_image() {
  return {.path = "build node-image",
          .summary = "Build a node image",
          .examples = {{"kind build node-image --type release v1.36.3", "of a release"},
                       {"kind build node-image v1.36.3 --image my/node:v1.36.3", "under a name of your own"}},
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional({.name = "[KUBERNETES]", .limit = 1, .target = &options->source});
            flags.value("--arch", "string", "architecture, instead of this machine's", options->arch);
            flags.value("--base-image", "string", "image to start from", options->base_image);
            flags.value("--image", "string", "name of the image to build (default \"kindest/node:latest\")",
                        options->image);
            flags.value("--type", "string", "what the argument is: url, file, release, ci or source",
                        options->type);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace ingot::cli::kind
