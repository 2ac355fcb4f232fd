// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "instance_name.hpp"
#include "parse.hpp"
#include "prompt.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> names;
  std::string timeout;
  bool all = false;
  bool yes = false;
  bool keep_disk = false;
  bool ignore_not_found = false;
  bool dry_run = false;
};

std::string remains_text(const instance::DeleteResult& remains) {
  std::string text = fmt::format("instance/{}\n", remains.name);
  for (const auto& container : remains.containers) {
    text += fmt::format("  container {}\n", container);
  }
  for (const auto& volume : remains.volumes) {
    text += fmt::format("  disk {}\n", volume);
  }
  return text;
}

class Deletion {
 public:
  Deletion(const Options& options, Context& context)
      : options_(options),
        context_(context),
        how_{.keep_disk = options.keep_disk, .access_folder = context.instance_folder()} {
    set_timeout(how_.timeout, options.timeout);
  }

  int run() {
    if (!options_.yes && !options_.dry_run && !can_ask(context_)) {
      throw_usage("instance delete", "deleting needs --yes when nobody can be asked");
    }
    const auto names = options_.all ? all_names() : options_.names;
    if (options_.dry_run || !options_.yes) {
      const auto text = look(names);
      if (options_.dry_run) {
        return finish(text);
      }
      deleted_.clear();
      missing_.clear();
      context_.host.err.write("this will be deleted:\n" + text);
      if (!confirm(context_, "delete?")) {
        context_.say("nothing was deleted");
        return exit_failed;
      }
    }
    std::string lines;
    for (const auto& name : names) {
      auto operation = context_.operation("delete instance/" + name);
      if (keep(
              context_.session().delete_instance(name, how_, context_.host.interrupts, operation.events()))) {
        lines += fmt::format("instance/{} deleted\n", name);
      }
    }
    return finish(lines);
  }

 private:
  std::vector<std::string> all_names() {
    std::vector<std::string> names;
    for (const auto& instance : context_.session().list_instances(context_.stop())) {
      names.push_back(instance.name);
    }
    return names;
  }

  bool keep(instance::DeleteResult result) {
    if (!result.found()) {
      missing_.push_back(result.name);
      return false;
    }
    deleted_.push_back(std::move(result));
    return true;
  }

  std::string look(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) {
      auto remains = context_.session().plan_delete_instance(name, how_, context_.stop());
      const auto part = remains_text(remains);
      text += keep(std::move(remains)) ? part : "";
    }
    return text;
  }

  int finish(const std::string& lines) {
    context_.print(output::view_of(deleted_), lines);
    if (missing_.empty() || options_.ignore_not_found) {
      return exit_done;
    }
    throw base::Error(
        {.code = base::ErrorCode::not_found,
         .message = fmt::format("there is no instance named '{}'", base::join(missing_, "', '")),
         .remedy = "ingot instance list"});
  }

  const Options& options_;
  Context& context_;
  instance::DeleteOptions how_;
  std::vector<instance::DeleteResult> deleted_;
  std::vector<std::string> missing_;
};

int execute(const Options& options, Context& context) {
  if (options.all == !options.names.empty()) {
    throw_usage("instance delete", options.all ? "--all and names exclude each other"
                                               : "which instance? Names are missing, or --all");
  }
  return Deletion(options, context).run();
}

}  // namespace

Command instance_delete() {
  return {.path = "instance delete",
          .summary = "Delete instances with their disks",
          .about =
              "Removes the containers, the disks that were made for them, and their keys on this machine, "
              "from labels alone: also what a killed run left. A disk that was named by --disk stays.",
          .examples = {{"ingot instance delete dev", "asks on a terminal"},
                       {"ingot instance delete --all --yes", "every instance of this engine"}},
          .see_also = "ingot instance stop, ingot instance list",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            declare_instance(flags, options->names, kManyNames);
            flags.toggle("--all", "every instance of this engine", options->all);
            flags.toggle("-y,--yes", "do not ask", options->yes);
            flags.toggle("--keep-disk", "leave the disk, which a later run of the same name finds",
                         options->keep_disk);
            flags.toggle("--ignore-not-found", "an instance that is not there is no failure",
                         options->ignore_not_found);
            flags.toggle("--dry-run", "print what would go and change nothing", options->dry_run);
            flags.value("--timeout", "DURATION", "how long to take at most; 1m unless given",
                        options->timeout);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace ingot::cli
