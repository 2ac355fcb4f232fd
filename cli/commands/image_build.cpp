// SPDX-License-Identifier: Apache-2.0
#include "build_input.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "settings.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::string kubernetes;
  std::string name;
  std::string base;
  std::string timeout;
  bool dry_run = false;
};

int execute(const Options& options, Context& context) {
  auto request = to_build_request(options.kubernetes, context);
  request.name = options.name.empty() ? "ingot/node:" + request.kubernetes : options.name;
  request.base = options.base;
  if (!options.timeout.empty()) {
    request.timeout = to_duration({options.timeout, "--timeout"}, "time limit");
  }
  if (options.dry_run) {
    context.print(context.session().plan_build_image(request, context.stop()));
    return exit_done;
  }
  image::BuildResult result;
  {
    auto operation = context.operation("build image/" + request.name);
    result = context.session().build_image(request, context.host.interrupts, operation.events());
  }
  context.print(output::view_of(result), fmt::format("image/{} built\n", result.name));
  return exit_done;
}

}  // namespace

Command image_build() {
  return {
      .path = "image build",
      .summary = "Build a node image from packages",
      .about =
          "Makes a node image of Debian packages and Go modules, in a container of the engine: no compiler, "
          "no "
          "source tree and no container registry of node images are needed. The container needs an image "
          "that "
          "has apt: Debian's, or a node image that is there. The first build takes some ten minutes with two "
          "processors, later ones take what they can from the volume ingot-node-image-build.",
      .examples = {{"ingot image build", "the newest version, as ingot/node:v1.36.3"},
                   {"ingot image build --kubernetes 1.35 --name registry.example/node:1.35", "an older one"}},
      .see_also = "ingot cluster create, ingot image load",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.value("--kubernetes", "VERSION", "version to build, such as 1.35", options->kubernetes)
            .choices = versions_to_build();
        flags.value("--name", "IMAGE", "name of the image, instead of ingot/node:VERSION", options->name);
        flags.value("--base-image", "IMAGE", "image with apt to build in", options->base);
        flags.value("--timeout", "DURATION", "how long to take at most, such as 30m", options->timeout);
        flags.toggle("--dry-run", "print what would be done and change nothing", options->dry_run);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
