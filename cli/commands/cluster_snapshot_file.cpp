// SPDX-License-Identifier: Apache-2.0
// `cluster snapshot export` and `import`.
#include "archive_input.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "parse.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace ingot::cli {

namespace {

struct Options {
  std::vector<std::string> words;
  std::string name;
  bool dry_run = false;
};

// A file that is there only when it is whole: until then its name has another end.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path)
      : path_(std::move(path)), partial_(path_.string() + ".partial") {
    stream_.open(partial_, std::ios::binary | std::ios::trunc);
    check();
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    std::error_code ignored;
    std::filesystem::remove(partial_, ignored);
  }

  void write(std::string_view bytes) {
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    check();
  }
  void finish() {
    stream_.close();
    check();
    std::filesystem::permissions(partial_,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::filesystem::rename(partial_, path_);
  }

 private:
  void check() {
    if (!stream_) {
      throw base::Error(base::ErrorCode::environment, fmt::format("'{}' cannot be written", path_.string()),
                        std::strerror(errno));
    }
  }

  std::filesystem::path path_;
  std::filesystem::path partial_;
  std::ofstream stream_;
};

int export_to_output(const std::string& snapshot, Context& context) {
  if (context.host.out.is_terminal) {
    throw_usage("cluster snapshot export", "a snapshot is nothing for a terminal: give a file, or a pipe");
  }
  auto operation = context.operation("export snapshot/" + snapshot);
  static_cast<void>(context.session().export_snapshot(
      snapshot,
      [&](std::string_view bytes) {
        if (context.host.out.write(bytes) != Written::fine) {
          throw base::Error(base::ErrorCode::environment, "standard output cannot be written");
        }
      },
      context.host.interrupts, operation.events()));
  return exit_done;
}

int export_snapshot(const Options& options, Context& context) {
  if (options.words.size() != 2) {
    throw_usage("cluster snapshot export", "which snapshot into which file? Both are needed");
  }
  const auto& snapshot = options.words[0];
  const auto& file = options.words[1];
  if (options.dry_run) {
    context.print(context.session().plan_export_snapshot(snapshot, context.stop()));
    return exit_done;
  }
  if (file == "-") {
    return export_to_output(snapshot, context);
  }
  NewFile output(std::filesystem::path(context.host.working_dir) / file);
  auto operation = context.operation("export snapshot/" + snapshot);
  const auto result = context.session().export_snapshot(
      snapshot, [&](std::string_view bytes) { output.write(bytes); }, context.host.interrupts,
      operation.events());
  output.finish();
  context.print(output::view_of(result, "SnapshotExported", file),
                fmt::format("snapshot/{} exported: {}\n", result.snapshot.reference(),
                            base::to_size_text(result.bytes)));
  return exit_done;
}

int import_snapshot(const Options& options, Context& context) {
  if (options.words.empty()) {
    throw_usage("cluster snapshot import", "from which file? Its name is missing");
  }
  std::vector<std::string> problems;
  const auto archive = open_archive(options.words.front(), context, problems);
  if (!problems.empty()) {
    throw base::Error(base::ErrorCode::invalid_input, problems.front());
  }
  if (options.dry_run) {
    context.print(context.session().plan_import_snapshot(options.name, archive.read, context.stop()));
    return exit_done;
  }
  auto operation = context.operation("import " + archive.name);
  const auto result = context.session().import_snapshot(options.name, archive.read, context.host.interrupts,
                                                        operation.events());
  context.print(output::view_of(result, "SnapshotImported", archive.name),
                fmt::format("snapshot/{} imported\n", result.snapshot.reference()));
  return exit_done;
}

}  // namespace

Command cluster_snapshot_export() {
  return {.path = "cluster snapshot export",
          .summary = "Write a snapshot into a file",
          .about =
              "One tar, compressed by zstd: manifest.json, which says what is in it with checksums, then "
              "the files. It holds the cluster's secrets: only its owner may read the file. The node "
              "image is not in it.",
          .examples = {{"ingot cluster snapshot export demo/before demo.tar.zst", "a file of a few MiB"},
                       {"ingot cluster snapshot export demo/before - >/mnt/backup/demo.tar.zst",
                        "through a pipe"}},
          .see_also = "ingot cluster snapshot import",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional({.name = "SNAPSHOT",
                              .help = "CLUSTER/NAME, or NAME where only one cluster has it; and a file, or -",
                              .limit = 2,
                              .target = &options->words});
            flags.toggle("--dry-run", "print the plan and write nothing", options->dry_run);
            return [options](Context& context) { return export_snapshot(*options, context); };
          }};
}

Command cluster_snapshot_import() {
  return {.path = "cluster snapshot import",
          .summary = "Take a snapshot out of a file",
          .about =
              "Takes in what an export wrote, compares all checksums, and then lists it. The nodes of a "
              "snapshot run privileged: import only what you trust.",
          .examples = {{"ingot cluster snapshot import demo.tar.zst", "under the name that it had"},
                       {"ingot cluster snapshot import - --name from-ci", "from standard input"}},
          .see_also = "ingot cluster snapshot export, ingot cluster snapshot restore",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            flags.positional({.name = "FILE",
                              .help = "what an export wrote; - is standard input",
                              .meaning = Meaning::file,
                              .limit = 1,
                              .target = &options->words});
            flags.value("--name", "NAME", "of the snapshot; the one it had unless given", options->name);
            flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
            return [options](Context& context) { return import_snapshot(*options, context); };
          }};
}

}  // namespace ingot::cli
