// SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

namespace ingot::cli {

namespace {

struct Place {
  std::string instance;  // empty: this machine
  std::string path;
};

// "dev:/path"; what begins with "/" or "." is a path of this machine whatever follows.
Place to_place(const std::string& word) {
  const auto colon = word.find(':');
  if (colon == std::string::npos || colon == 0 || word.starts_with('/') || word.starts_with('.')) {
    return {.path = word};
  }
  return {.instance = word.substr(0, colon), .path = word.substr(colon + 1)};
}

int execute(const std::vector<std::string>& words, Context& context) {
  if (words.size() != 2) {
    throw_usage("instance cp", "two places are needed: from where, and to where");
  }
  auto from = to_place(words[0]);
  auto to = to_place(words[1]);
  if (from.instance.empty() == to.instance.empty()) {
    throw_usage("instance cp", "one of the places is NAME:PATH, the other one a path of this machine");
  }
  auto& inside = from.instance.empty() ? to : from;
  auto& here = from.instance.empty() ? from : to;
  if (!inside.path.starts_with('/')) {
    throw_usage("instance cp", fmt::format("the path '{}' in the instance is not absolute", inside.path));
  }
  const bool is_folder = here.path.ends_with('/');
  here.path = (std::filesystem::path(context.host.working_dir) / here.path).lexically_normal().string();
  if (is_folder && !here.path.ends_with('/')) {
    here.path += '/';
  }
  if (from.instance.empty()) {
    context.session().copy_to_instance(to.instance, from.path, to.path, context.stop());
  } else {
    context.session().copy_from_instance(from.instance, from.path, to.path, context.stop());
  }
  return exit_done;
}

}  // namespace

Command instance_cp() {
  return {
      .path = "instance cp",
      .summary = "Copy files to and from an instance",
      .about =
          "Copies a file, or a folder with all that is in it, as cp -a does: modes, times and symbolic links "
          "stay; what comes into an instance belongs to root there. What goes to a folder that is there "
          "keeps its name in it. The instance need not run.",
      .examples = {{"ingot instance cp ./app dev:/srv", "to /srv/app"},
                   {"ingot instance cp dev:/var/log/journal .", "and back"}},
      .see_also = "ingot instance exec, ingot instance run",
      .declare = [](Flags& flags) -> Action {
        auto words = std::make_shared<std::vector<std::string>>();
        flags.positional({.name = "PATH",
                          .help = "two: a path of this machine, and NAME:PATH of an instance; from, then to",
                          .meaning = Meaning::file,
                          .limit = 2,
                          .target = words.get()});
        return [words](Context& context) { return execute(*words, context); };
      }};
}

}  // namespace ingot::cli
