// SPDX-License-Identifier: Apache-2.0
#include "snapshot/transfer.hpp"

#include "base/error.hpp"
#include "node/throw_away.hpp"
#include "snapshot/archive.hpp"
#include "snapshot/helper.hpp"
#include "snapshot/outcome.hpp"
#include "snapshot/places.hpp"
#include "snapshot/shelf.hpp"
#include "tar/compressor.hpp"
#include "tar/decompressor.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace ingot::snapshot {

namespace {

constexpr std::chrono::hours kLimit{24};  // it moves, or the engine's own limit ends it

std::string verifying(const Manifest& manifest) {
  return unpack_script(manifest.parts, {});
}

// A tar of one file, without what ends it: more follows.
std::string head_of(const Manifest& manifest) {
  constexpr std::size_t kBlock = 512;
  const auto text = to_text(manifest);
  auto head = tar::pack({{std::string("/") + kManifestFile, text}});
  const auto blocks = 1 + (text.size() + kBlock - 1) / kBlock;
  head.resize(blocks * kBlock);
  return head;
}

// The files of an archive as the tar that the engine unpacks, and only those.
class Feed {
 public:
  explicit Feed(Archive& archive) : archive_(archive) {}
  std::size_t fill(char* into, std::size_t size) {
    while (at_ == piece_.size()) {
      piece_ = archive_.next();
      at_ = 0;
      if (piece_.empty()) {
        return 0;
      }
    }
    const auto count = std::min(size, piece_.size() - at_);
    std::memcpy(into, piece_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  Archive& archive_;
  std::string piece_;
  std::size_t at_ = 0;
};

struct Exporting {
  node::Host& host;
  const std::function<void(std::string_view)>& into;
  Stored stored;
  std::string image;
  TransferResult result;
};

Exporting observe(node::Host& host, const std::string& reference,
                  const std::function<void(std::string_view)>& into, const std::stop_token& stop) {
  Exporting exporting{.host = host, .into = into, .stored = find(host.engine(), reference, stop)};
  exporting.result.snapshot = to_summary(exporting.stored.manifest);
  exporting.image = require_image(host, exporting.stored.manifest.nodes.front(), stop);
  return exporting;
}

void write_out(Exporting& exporting, const std::stop_token& stop) {
  const auto& [manifest, record, data] = exporting.stored;
  auto& engine = exporting.host.engine();
  const auto container =
      reader(exporting.host, helper(exporting.image, manifest.cluster, verifying(manifest), data, false),
             exporting.stored, stop);
  run(exporting.host, container->id(), reference_of(exporting.stored), stop);
  tar::Compressor compressor([&](std::string_view bytes) {
    exporting.result.bytes += bytes.size();
    exporting.into(bytes);
  });
  compressor.write(head_of(manifest));
  engine.stream_archive(
      container->id(), kSnapshotFolder,
      [&](std::string_view bytes) {
        compressor.write(bytes);
        return true;
      },
      stop);
  compressor.finish();
}

plan::Plan make_plan(Exporting& exporting) {
  plan::Plan plan;
  plan.add({.id = "export",
            .title = "compare checksums, and write all into one file",
            .cause = "what is damaged is not passed on",
            .run = [&exporting](plan::StepContext& context) { write_out(exporting, context.stop()); }});
  return plan;
}

struct Importing {
  node::Host& host;
  Archive& archive;
  Manifest manifest;
  std::string image;
  std::string volume;
  // Written by steps:
  std::unique_ptr<node::ThrowAway> container;  // until it is listed: nobody removes files in use
};

Importing observe(node::Host& host, const std::string& name, Archive& archive, const std::stop_token& stop) {
  Importing importing{.host = host, .archive = archive, .manifest = archive.manifest()};
  auto& manifest = importing.manifest;
  if (!name.empty()) {
    manifest.name = name;
  }
  check_name(manifest.name);
  require_storage(host, stop);
  refuse_taken(host.engine(), manifest.cluster, manifest.name, stop);
  importing.image = require_image(host, manifest.nodes.front(), stop);
  importing.volume = new_data_volume(manifest.cluster, manifest.name);
  return importing;
}

void take_in(Importing& importing, const std::stop_token& stop) {
  const auto& manifest = importing.manifest;
  auto& engine = importing.host.engine();
  engine.create_volume(importing.volume, data_labels(manifest.cluster, manifest.name), {});
  importing.container = std::make_unique<node::ThrowAway>(
      engine, helper(importing.image, manifest.cluster, verifying(manifest), importing.volume, true), stop);
  Feed feed(importing.archive);
  engine.put_archive(
      importing.container->id(), "/ingot",
      [&](char* into, std::size_t size) { return feed.fill(into, size); }, stop);
  run(importing.host, importing.container->id(), manifest.cluster + "/" + manifest.name, stop);
}

plan::Plan make_plan(Importing& importing) {
  plan::Plan plan;
  auto& engine = importing.host.engine();
  const auto& manifest = importing.manifest;
  plan.add({.id = "unpack",
            .title = "take in its files, and compare checksums",
            .cause = "what is damaged is no snapshot",
            .run = [&importing](plan::StepContext& context) { take_in(importing, context.stop()); },
            .undo =
                [&importing](const std::stop_token& stop) {
                  importing.container.reset();
                  importing.host.engine().remove_volume(importing.volume, stop);
                }});
  plan.add(
      {.id = "record",
       .title = fmt::format("list it as {}/{}", manifest.cluster, manifest.name),
       .cause = "it is whole",
       .needs = {"unpack"},
       .run = [&](plan::StepContext& context) { record(engine, manifest, importing.volume, context.stop()); },
       .undo =
           [&](const std::stop_token& stop) {
             forget(engine, manifest.cluster, manifest.name, importing.volume, stop);
           }});
  return plan;
}

}  // namespace

TransferResult export_to(node::Host& host, const std::string& reference,
                         const std::function<void(std::string_view)>& into,
                         const plan::Interrupts& interrupts, plan::EventSink& sink) {
  auto exporting = observe(host, reference, into, interrupts.stop);
  exporting.result.elapsed = execute(make_plan(exporting),
                                     {.verb = "export",
                                      .subject = "snapshot/" + exporting.result.snapshot.reference(),
                                      .failed = fmt::format("snapshot '{}' could not be exported", reference),
                                      .timeout = kLimit},
                                     interrupts, sink);
  return exporting.result;
}

std::string plan_export(node::Host& host, const std::string& reference, const std::stop_token& stop) {
  const std::function<void(std::string_view)> nowhere;
  auto exporting = observe(host, reference, nowhere, stop);
  return make_plan(exporting).to_text();
}

TransferResult import_from(node::Host& host, const std::string& name, const ByteSource& from,
                           const plan::Interrupts& interrupts, plan::EventSink& sink) {
  TransferResult result;
  tar::Decompressor decompressor([&] {
    auto piece = from(interrupts.stop);
    result.bytes += piece.size();
    return piece;
  });
  Archive archive([&] { return decompressor.read(); });
  auto importing = observe(host, name, archive, interrupts.stop);
  result.snapshot = to_summary(importing.manifest);
  result.elapsed =
      execute(make_plan(importing),
              {.verb = "import",
               .subject = "snapshot/" + result.snapshot.reference(),
               .failed = fmt::format("snapshot '{}' could not be imported", result.snapshot.reference()),
               .timeout = kLimit},
              interrupts, sink);
  return result;
}

std::string plan_import(node::Host& host, const std::string& name, const ByteSource& from,
                        const std::stop_token& stop) {
  tar::Decompressor decompressor([&] { return from(stop); });
  Archive archive([&] { return decompressor.read(); });
  auto importing = observe(host, name, archive, stop);
  return make_plan(importing).to_text();
}

}  // namespace ingot::snapshot
