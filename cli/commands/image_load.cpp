// SPDX-License-Identifier: Apache-2.0
#include "archive_input.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli {

namespace {

constexpr std::size_t kManyImages = 1000;

struct Options {
  std::vector<std::string> references;
  std::vector<std::string> archives;
  std::string cluster;
  std::string nodes;
  std::string via;
  std::string timeout;
  bool dry_run = false;
};

image::LoadRequest to_request(const Options& options, Context& context) {
  image::LoadRequest request{.cluster = context.settings.get("cluster", options.cluster).value,
                             .references = options.references,
                             .archives = {}};
  if (!options.nodes.empty()) {
    request.nodes = base::split(options.nodes, ',');
  }
  if (options.via == "layers") {
    request.way = image::Way::layers;
  } else if (options.via == "stream") {
    request.way = image::Way::stream;
  }
  set_timeout(request.timeout, options.timeout);
  std::vector<std::string> problems;
  if (std::ranges::count(options.archives, "-") > 1) {
    problems.emplace_back("standard input can be read only once");
  }
  for (const auto& path : options.archives) {
    request.archives.push_back(open_archive(path, context, problems));
  }
  if (!problems.empty()) {
    base::Failure failure;
    failure.code = base::ErrorCode::invalid_input;
    failure.message = problems.size() == 1 ? problems.front() : "these archives cannot be loaded";
    if (problems.size() > 1) {
      failure.problems = problems;
    }
    throw base::Error(std::move(failure));
  }
  return request;
}

// "image/docker.io/library/app:1 loaded into a-worker, a-worker2; present in a-control-plane"
std::string line_of(const image::LoadedImage& image, bool would) {
  std::string line = fmt::format("image/{}", image.name.empty() ? image.id : image.name);
  if (image.nodes.empty()) {
    return fmt::format("archive {}: its images would be loaded into every node", image.archive);
  }
  const char* separator = " ";
  for (const auto& [action, word] :
       {std::pair(image::Action::loaded, "loaded into"), std::pair(image::Action::tagged, "named in"),
        std::pair(image::Action::present, "present in")}) {
    std::vector<std::string> names;
    for (const auto& node : image.nodes) {
      if (node.action == action) {
        names.push_back(node.node);
      }
    }
    if (!names.empty()) {
      line +=
          fmt::format("{}{}{} {}", separator, would && action != image::Action::present ? "would be " : "",
                      word, base::join(names, ", "));
      separator = "; ";
    }
  }
  return line;
}

std::string lines_of(const image::LoadResult& result, bool would) {
  std::string lines;
  for (const auto& image : result.images) {
    lines += line_of(image, would) + "\n";
  }
  return lines;
}

int execute(const Options& options, Context& context) {
  if (options.references.empty() && options.archives.empty()) {
    throw_usage("image load", "which image? name some, or give --archive");
  }
  const auto request = to_request(options, context);
  if (options.dry_run) {
    const auto result = context.session().plan_load_images(request, context.stop());
    context.print(output::view_of(result), lines_of(result, true));
    return exit_done;
  }
  image::LoadResult result;
  {
    auto operation = context.operation("load images into cluster/" + request.cluster);
    result = context.session().load_images(request, context.host.interrupts, operation.events());
  }
  context.print(output::view_of(result), lines_of(result, false));
  return exit_done;
}

}  // namespace

Command image_load() {
  return {
      .path = "image load",
      .summary = "Load images into the nodes of a cluster",
      .about =
          "Brings images of the container engine, or of archives, to the nodes of a cluster, all nodes at "
          "once, where pods find them without any registry (with imagePullPolicy IfNotPresent or Never). "
          "Nothing is sent that a node has already. Nodes know an image by its full name: 'app' is "
          "docker.io/library/app:latest there. An archive is what docker save writes, or an OCI image layout "
          "as a tar; gzip and zstd are understood.",
      .examples = {{"ingot image load app:1 db:2", "from the engine, into the default cluster"},
                   {"docker save app:1 | ingot image load --archive - --cluster demo", "from standard input"},
                   {"ingot image load app:1 --nodes demo-worker,demo-worker2 --cluster demo", "only there"}},
      .see_also = "ingot image list",
      .declare = [](Flags& flags) -> Action {
        auto options = std::make_shared<Options>();
        flags.positional({.name = "IMAGE",
                          .help = "name or id of images that the engine has",
                          .limit = kManyImages,
                          .target = &options->references});
        flags.value("--cluster", "NAME", "of the cluster", options->cluster).meaning = Meaning::cluster;
        flags.value("--nodes", "NODE,...", "load into these nodes only", options->nodes);
        flags.values("--archive", "FILE", "images of an archive; - is standard input", options->archives)
            .meaning = Meaning::file;
        flags.value("--via", "WAY", "how images of the engine get into nodes", options->via).choices = {
            "auto", "layers", "stream"};
        flags.value("--timeout", "DURATION", "how long to take at most, such as 5m", options->timeout);
        flags.toggle("--dry-run", "print what would be loaded and change nothing", options->dry_run);
        return [options](Context& context) { return execute(*options, context); };
      }};
}

}  // namespace ingot::cli
