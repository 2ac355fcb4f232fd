// SPDX-License-Identifier: Apache-2.0
#include "archive_input.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "exit_code.hpp"
#include "kind/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace ingot::cli::kind {

namespace {

constexpr std::size_t kManyImages = 1000;

struct Options {
  std::vector<std::string> sources;
  std::string name;
  std::string nodes;
};

image::LoadRequest to_request(const Options& options, const Context& context) {
  image::LoadRequest request{.cluster = cluster_name(options.name, context)};
  if (!options.nodes.empty()) {
    request.nodes = base::split(options.nodes, ',');
  }
  return request;
}

// What kind says when something is not there: an image, all nodes, or one.
[[noreturn]] void throw_missing(const base::Failure& failure, const image::LoadRequest& request,
                                Context& context) {
  auto told = failure.problems;
  told.push_back(failure.message);
  const auto image =
      std::ranges::find_if(told, [](const auto& text) { return text.starts_with("image: \""); });
  if (image != told.end()) {
    throw base::Error(base::ErrorCode::not_found, *image);
  }
  const auto nodes = context.session().list_nodes(request.cluster, context.stop());
  if (nodes.empty()) {
    throw base::Error(base::ErrorCode::not_found,
                      fmt::format("no nodes found for cluster \"{}\"", request.cluster));
  }
  for (const auto& name : request.nodes) {
    if (std::ranges::find(nodes, name, &cluster::NodeSummary::name) == nodes.end()) {
      const auto* quote = request.archives.empty() ? "\"" : "";
      throw base::Error(base::ErrorCode::not_found, fmt::format("unknown node: {0}{1}{0}", quote, name));
    }
  }
  throw base::Error(failure);
}

image::LoadResult load(const image::LoadRequest& request, Context& context) {
  Silence silence;
  try {
    return context.session().load_images(request, context.host.interrupts, silence);
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::not_found) {
      throw_missing(error.failure(), request, context);
    }
    auto failure = error.failure();
    failure.message = "failed to load image: " + failure.message;
    throw base::Error(std::move(failure));
  }
}

// `loading`: whether some node is to be sent something. As kind has it, no image is told to be on all nodes
// from then on.
void tell(const image::LoadedImage& image, bool& loading, Context& context) {
  bool everywhere = true;
  for (const auto& [node, action] : image.nodes) {
    everywhere = everywhere && action == image::Action::present;
    loading = loading || action == image::Action::loaded;
    if (action == image::Action::loaded) {
      context.say(fmt::format("Image: \"{}\" with ID \"{}\" not yet present on node \"{}\", loading...",
                              image.reference, image.id, node));
    } else if (action == image::Action::tagged) {
      context.say(fmt::format(
          "Image with ID: {} already present on the node {} but is missing the tag {}. re-tagging...",
          image.id, node, image.name));
    }
  }
  if (everywhere && !loading) {
    context.say(fmt::format("Image: \"{}\" with ID \"{}\" found to be already present on all nodes.",
                            image.reference, image.id));
  }
}

int load_images(const Options& options, Context& context) {
  if (options.sources.empty()) {
    throw base::Error(base::ErrorCode::invalid_input, "a list of image names is required");
  }
  check_provider(context);
  auto request = to_request(options, context);
  for (const auto& source : options.sources) {
    if (std::ranges::find(request.references, source) == request.references.end()) {
      request.references.push_back(source);
    }
  }
  bool loading = false;
  for (const auto& image : load(request, context).images) {
    tell(image, loading, context);
  }
  return exit_done;
}

int load_archives(const Options& options, Context& context) {
  if (options.sources.empty()) {
    throw base::Error(base::ErrorCode::invalid_input, "name of image archive is required");
  }
  check_provider(context);
  if (options.sources.size() > 1) {
    context.say(
        "It is suggested that you save multiple images into a common archive and load that instead of "
        "loading multiple archives for better performance");
  }
  for (const auto& source : options.sources) {
    if (std::error_code ignored;
        !std::filesystem::exists(std::filesystem::path(context.host.working_dir) / source, ignored)) {
      throw base::Error(base::ErrorCode::not_found,
                        fmt::format("stat {}: no such file or directory", source));
    }
  }
  auto request = to_request(options, context);
  std::vector<std::string> problems;
  for (const auto& source : options.sources) {
    request.archives.push_back(open_archive(source, context, problems));
  }
  if (!problems.empty()) {
    throw base::Error(base::ErrorCode::invalid_input, "failed to load image: " + problems.front());
  }
  load(request, context);
  return exit_done;
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
