// SPDX-License-Identifier: Apache-2.0
// What a container gives and takes as bytes: logs, usage, archives.
#include "base/text.hpp"
#include "support/fake_engine/call.hpp"
#include "support/fake_engine/mounts.hpp"
#include "support/fake_engine/processes.hpp"

#include <fmt/format.h>

namespace ingot::testing {

namespace {

std::string require_path(const Call& call) {
  const std::string path = call.query("path");
  if (path.empty()) {
    throw Refusal(400, "bad parameter: pathcannot be empty");
  }
  return path;
}

[[noreturn]] void refuse_path(const Call& call, const std::string& path) {
  throw Refusal(404, fmt::format("Could not find the file {} in container {}", path, call.name()));
}

}  // namespace

void get_logs(Call& call) {
  std::shared_ptr<Container> container;
  {
    const std::scoped_lock lock(call.state.mutex);
    container = call.state.require_container(call.name());
  }
  if (!call.flag("stdout") && !call.flag("stderr")) {
    throw Refusal(400, "Bad parameters: you must choose at least one stream");
  }
  const bool is_tty = container->process.tty;
  call.exchange.begin({.content_type = is_tty ? "application/vnd.docker.raw-stream"
                                              : "application/vnd.docker.multiplexed-stream"});
  std::size_t next = 0;
  for (bool goes_on = true; goes_on;) {
    std::vector<LogPiece> fresh;
    const bool is_there = call.exchange.wait(call.state.bell, call.state.mutex, [&] {
      fresh.assign(container->log.begin() + static_cast<std::ptrdiff_t>(next), container->log.end());
      goes_on = call.flag("follow") && container->state == "running";
      return !fresh.empty() || !goes_on;
    });
    if (!is_there) {
      return;
    }
    next += fresh.size();
    for (const LogPiece& piece : fresh) {
      if (call.flag(piece.channel == 1 ? "stdout" : "stderr")) {
        call.exchange.send(is_tty ? piece.text : to_frame(piece.channel, piece.text));
      }
    }
  }
  call.exchange.end();
}

namespace {

// With the lock held.
Json stats_of(Container& one) {
  const auto* container = &one;
  Json stats = {{"name", "/" + container->name},
                {"id", container->id},
                {"read", to_time_text({})},
                {"cpu_stats", {{"cpu_usage", {{"total_usage", 0}}}}},
                {"memory_stats", Json::object()}};
  if (container->state == "running") {
    one.cpu_ns += 1'000'000;
    stats["pids_stats"] = {{"current", 7}};
    stats["cpu_stats"] = {{"cpu_usage", {{"total_usage", container->cpu_ns}}}, {"online_cpus", 4}};
    stats["memory_stats"] = {
        {"usage", 64U << 20U}, {"limit", 8ULL << 30U}, {"stats", {{"inactive_file", 4U << 20U}}}};
  }
  return stats;
}

// Two readings at once instead of one each second, then none until the container runs no more.
void stream_stats(Call& call, const std::shared_ptr<Container>& container) {
  call.exchange.begin({});
  for (int i = 0; i < 2; ++i) {
    std::unique_lock lock(call.state.mutex);
    const auto line = stats_of(*container).dump() + "\n";
    lock.unlock();
    call.exchange.send(line);
  }
  if (call.exchange.wait(call.state.bell, call.state.mutex, [&] { return container->state != "running"; })) {
    call.exchange.end();
  }
}

}  // namespace

void get_stats(Call& call) {
  std::unique_lock lock(call.state.mutex);
  const auto container = call.state.require_container(call.name());
  if (call.flag("stream")) {
    lock.unlock();
    stream_stats(call, container);
    return;
  }
  call.exchange.answer(to_reply(200, stats_of(*container)));
}

void get_archive(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const auto container = call.state.require_container(call.name());
  const std::string path = require_path(call);
  const std::string normal = normal_path(path);
  const auto place = place_of(call.state, *container, normal);
  const FileEntry* file = place.tree->find(place.path);
  if (file == nullptr) {
    refuse_path(call, path);
  }
  const Json stat = {{"name", normal.substr(normal.rfind('/') + 1)},
                     {"size", file->content.size()},
                     {"mode", file->mode},
                     {"linkTarget", file->link_target}};
  call.exchange.answer({.body = pack(call.state, *container, normal),
                        .content_type = "application/x-tar",
                        .headers = {{"X-Docker-Container-Path-Stat", base::to_base64(stat.dump())}}});
}

void put_archive(Call& call) {
  const std::scoped_lock lock(call.state.mutex);
  const auto container = call.state.require_container(call.name());
  const std::string path = require_path(call);
  const auto place = place_of(call.state, *container, normal_path(path));
  const FileEntry* folder = place.tree->find(place.path);
  if (folder == nullptr) {
    refuse_path(call, path);
  }
  if (!folder->is_folder) {
    throw Refusal(500, "extraction point is not a directory");
  }
  const bool is_whole = unpack(call.state, *container, normal_path(path), call.exchange.request().body);
  call.state.bell.ring();
  if (!is_whole) {
    throw Refusal(500, "archive/tar: invalid tar header");
  }
  call.exchange.answer({});
}

}  // namespace ingot::testing
