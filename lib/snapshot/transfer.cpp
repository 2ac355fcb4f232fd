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

void take_in(node::Host& host, const Manifest& manifest, const std::string& image, const std::string& volume,
             Archive& archive, const std::stop_token& stop) {
  auto& engine = host.engine();
  engine.create_volume(volume, data_labels(manifest.cluster, manifest.name), {});
  const node::ThrowAway container(engine, helper(image, manifest.cluster, verifying(manifest), volume, true),
                                  stop);
  Feed feed(archive);
  engine.put_archive(
      container.id(), "/ingot", [&](char* into, std::size_t size) { return feed.fill(into, size); }, stop);
  run(host, container.id(), manifest.cluster + "/" + manifest.name, stop);
}

}  // namespace

TransferResult export_to(node::Host& host, const std::string& reference,
                         const std::function<void(std::string_view)>& into,
                         const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const auto stored = find(host.engine(), reference, interrupts.stop);
  TransferResult result{.snapshot = to_summary(stored.manifest)};
  const auto image = require_image(host, stored.manifest.nodes.front(), interrupts.stop);
  plan::Plan plan;
  plan.add({.id = "export",
            .title = "compare checksums, and write all into one file",
            .cause = "what is damaged is not passed on",
            .run = [&](plan::StepContext& context) {
              const node::ThrowAway container(
                  host.engine(),
                  helper(image, stored.manifest.cluster, verifying(stored.manifest), stored.data, false),
                  context.stop());
              run(host, container.id(), result.snapshot.reference(), context.stop());
              tar::Compressor compressor([&](std::string_view bytes) {
                result.bytes += bytes.size();
                into(bytes);
              });
              compressor.write(head_of(stored.manifest));
              host.engine().stream_archive(
                  container.id(), kSnapshotFolder,
                  [&](std::string_view bytes) {
                    compressor.write(bytes);
                    return true;
                  },
                  context.stop());
              compressor.finish();
            }});
  result.elapsed = execute(plan,
                           {.verb = "export",
                            .subject = "snapshot/" + result.snapshot.reference(),
                            .failed = fmt::format("snapshot '{}' could not be exported", reference),
                            .timeout = kLimit},
                           interrupts, sink);
  return result;
}

TransferResult import_from(node::Host& host, const std::string& name,
                           const std::function<std::string(const std::stop_token&)>& from,
                           const plan::Interrupts& interrupts, plan::EventSink& sink) {
  TransferResult result;
  tar::Decompressor decompressor([&] {
    auto piece = from(interrupts.stop);
    result.bytes += piece.size();
    return piece;
  });
  Archive archive([&] { return decompressor.read(); });
  auto manifest = archive.manifest();
  if (!name.empty()) {
    manifest.name = name;
  }
  check_name(manifest.name);
  result.snapshot = to_summary(manifest);
  require_storage(host, interrupts.stop);
  refuse_taken(host.engine(), manifest.cluster, manifest.name, interrupts.stop);
  const auto image = require_image(host, manifest.nodes.front(), interrupts.stop);
  const auto volume = new_data_volume(manifest.cluster, manifest.name);
  auto& engine = host.engine();
  plan::Plan plan;
  plan.add({.id = "unpack",
            .title = "take in its files, and compare checksums",
            .cause = "what is damaged is no snapshot",
            .run =
                [&](plan::StepContext& context) {
                  take_in(host, manifest, image, volume, archive, context.stop());
                },
            .undo = [&](const std::stop_token& stop) { engine.remove_volume(volume, stop); }});
  plan.add({.id = "record",
            .title = "list it as " + result.snapshot.reference(),
            .cause = "it is whole",
            .needs = {"unpack"},
            .run = [&](plan::StepContext& context) { record(engine, manifest, volume, context.stop()); },
            .undo =
                [&](const std::stop_token& stop) {
                  forget(engine, manifest.cluster, manifest.name, volume, stop);
                }});
  result.elapsed =
      execute(plan,
              {.verb = "import",
               .subject = "snapshot/" + result.snapshot.reference(),
               .failed = fmt::format("snapshot '{}' could not be imported", result.snapshot.reference()),
               .timeout = kLimit},
              interrupts, sink);
  return result;
}

}  // namespace ingot::snapshot
