// SPDX-License-Identifier: Apache-2.0
#include "build_input.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"
#include "settings.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::string kubernetes;
  std::string name;
  std::string base;
  std::string timeout;
  bool instance = false;
  bool dry_run = false;
};

image::BuildRequest to_request(const Options& options, const Context& context) {
  if (options.instance && !options.kubernetes.empty()) {
    throw_usage("image build",
                "--instance and --kubernetes exclude each other: there is no Kubernetes in it");
  }
  auto request =
      options.instance ? to_instance_build_request(context) : to_build_request(options.kubernetes, context);
  request.name = options.instance ? std::string(image::kInstanceImage) : "ingot/node:" + request.kubernetes;
  return request;
}

int execute(const Options& options, Context& context) {
  auto request = to_request(options, context);
  if (!options.name.empty()) {
    request.name = options.name;
  }
  request.base = options.base;
  set_timeout(request.timeout, options.timeout);
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
      .summary = "Build the image of nodes, or of instances, from packages",
      .about =
          "Makes a node image of Debian packages and Go modules, or with --instance the image of instances "
          "of Debian packages alone, in a container of the engine: no compiler, no source tree and no "
          "registry of such images are needed. The container needs an image that has apt: Debian's, or a "
          "node image that is there. The first build of a node image takes some ten minutes with two "
          "processors, that of instances two; later ones take what they can from the volume "
          "ingot-node-image-build.",
      .examples = {{"ingot image build", "the newest version, as ingot/node:v1.36.3"},
                   {"ingot image build --instance", "for ingot instance run, as ingot/instance:bookworm"},
                   {"ingot image build --kubernetes 1.35 --name registry.example/node:1.35", "an older one"}},
      .see_also = "ingot cluster create, ingot instance run, ingot image load",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.value("--kubernetes", "VERSION", "version to build, such as 1.35", options->kubernetes)
            .choices = versions_to_build();
        flags.toggle("--instance", "the image of instances, and not of nodes", options->instance);
        flags.value("--name", "IMAGE",
                    "name of the image, instead of ingot/node:VERSION or ingot/instance:bookworm",
                    options->name);
        flags.value("--base-image", "IMAGE", "image with apt to build in", options->base);
        flags.value("--timeout", "DURATION", "how long to take at most, such as 30m", options->timeout);
        flags.toggle("--dry-run", "print what would be done and change nothing", options->dry_run);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
