// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "exit_code.hpp"
#include "kind/commands.hpp"

namespace ingot::cli::kind {

namespace {

constexpr std::size_t kManyImages = 1000;

struct Options {
  std::vector<std::string> sources;
  std::string name;
  std::string nodes;
};

int load_images(const Options& options, Context& context) {
  if (options.sources.empty()) {
    throw base::Error(base::ErrorCode::invalid_input, "a list of image names is required");
  }
  check_provider(context);
  throw base::Error(base::ErrorCode::unsupported, "ingot does not load images yet");
}

int load_archives(const Options& options, Context& context) {
  if (options.sources.empty()) {
    throw base::Error(base::ErrorCode::invalid_input, "name of image archive is required");
  }
  check_provider(context);
  throw base::Error(base::ErrorCode::unsupported, "ingot does not load images yet");
}

void declare(Flags& flags, Options& options, std::string source, Meaning meaning) {
  flags.positional(
      {.name = std::move(source), .meaning = meaning, .limit = kManyImages, .target = &options.sources});
  declare_name(flags, options.name);
  flags.value("--nodes", "strings", "only into these nodes, separated by commas", options.nodes);
}

}  // namespace

Command load_docker_image() {
  return {
      .path = "load docker-image",
      .summary = "Load images of the engine into nodes",
      .examples = {{"kind load docker-image app:v1 --name demo", "into every node"},
                   {"kind load docker-image app:v1 db:v1 --nodes demo-worker", "two images, into one node"}},
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        declare(flags, *options, "IMAGE [IMAGE...]", Meaning::text);
        return [options](Context& context) { return load_images(*options, context); };
      }};
}

Command load_image_archive() {
  return {.path = "load image-archive",
          .summary = "Load images of an archive into nodes",
          .examples = {{"kind load image-archive app.tar --name demo", "as `docker save` writes it"},
                       {"kind load image-archive app.tar --nodes demo-worker", "into one node"}},
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            declare(flags, *options, "ARCHIVE [ARCHIVE...]", Meaning::file);
            return [options](Context& context) { return load_archives(*options, context); };
          }};
}

}  // namespace ingot::cli::kind
