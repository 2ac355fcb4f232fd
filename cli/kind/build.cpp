// SPDX-License-Identifier: Apache-2.0
// Kind builds of a source tree, of release archives or of an archive; ingot of Go modules, whatever the
// version. So a version is the only source that both know.
#include "base/error.hpp"
#include "build_input.hpp"
#include "exit_code.hpp"
#include "kind/commands.hpp"

#include <fmt/format.h>

namespace ingot::cli::kind {

namespace {

struct Options {
  std::vector<std::string> source;
  std::string arch;
  std::string base_image;
  std::string image;
  std::string type;
};

[[noreturn]] void refuse(const std::string& cause) {
  throw base::Error({.code = base::ErrorCode::unsupported,
                     .message = "error building node image: " + cause,
                     .remedy = "kind build node-image v1.36.3"});
}

// As the engine names processors, and as images do.
bool is_arch(const std::string& wanted, const std::string& machine) {
  return wanted == machine || (wanted == "amd64" && machine == "x86_64") ||
         (wanted == "arm64" && machine == "aarch64");
}

void check(const Options& options, Context& context) {
  if (!options.type.empty() && options.type != "release") {
    refuse(fmt::format("ingot builds releases, not of type \"{}\"", options.type));
  }
  if (options.source.empty()) {
    refuse("ingot builds no source tree; name the version of a release");
  }
  if (const auto machine = context.session().engine_info(context.stop()).architecture;
      !options.arch.empty() && !is_arch(options.arch, machine)) {
    refuse(fmt::format("the engine's machine is {}, and images are built for no other", machine));
  }
}

int execute(const Options& options, Context& context) {
  check_provider(context);
  check(options, context);
  auto request = to_build_request(options.source.front(), context);
  request.name = options.image.empty() ? "kindest/node:latest" : options.image;
  request.base = options.base_image;
  context.say(fmt::format("Building using release \"{}\" of Go modules", request.kubernetes));
  {
    auto operation = context.operation("build image/" + request.name);
    static_cast<void>(context.session().build_image(request, context.host.interrupts, operation.events()));
  }
  context.say(fmt::format("Image \"{}\" build completed.", request.name));
  return exit_done;
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
            flags.value("--arch", "string", "architecture, which must be this machine's", options->arch);
            flags.value("--base-image", "string", "image with apt to build in", options->base_image);
            flags.value("--image", "string", "name of the image to build (default \"kindest/node:latest\")",
                        options->image);
            flags.value("--type", "string", "what the argument is; ingot knows release", options->type);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace ingot::cli::kind
