// SPDX-License-Identifier: Apache-2.0
// What a container gives and takes as bytes: its output, and files in tar form.
#include "base/error.hpp"
#include "base/text.hpp"
#include "docker/engine.hpp"
#include "docker/engine_impl.hpp"
#include "docker/refusal.hpp"
#include "docker/stream_decoder.hpp"

#include <fmt/format.h>

namespace ingot::docker {

namespace {

// Held in memory; the logs of a node come to some tens of MiB.
constexpr std::size_t kMaxArchive = 1U << 30U;

ApiCall archive_call(std::string_view verb, const std::string& id, const std::string& path) {
  return {.doing = fmt::format("{} {} of container '{}'", verb, path, shown(id)),
          .path = item_path("/containers", id, "/archive"),
          .query = {{"path", path}},
          .idle_limit = kSlowLimit};
}

}  // namespace

void Engine::container_logs(const std::string& id, bool follow,
                            const std::function<bool(std::string_view)>& sink, const std::stop_token& stop) {
  const auto container = inspect_container(id, stop);
  if (!container) {
    throw base::Error(base::ErrorCode::not_found, fmt::format("there is no container '{}'", shown(id)));
  }
  const ApiCall call{.doing = fmt::format("give the output of container '{}'", shown(id)),
                     .path = item_path("/containers", id, "/logs"),
                     .query = {{"stdout", "1"}, {"stderr", "1"}, {"follow", follow ? "1" : "0"}},
                     .idle_limit = follow ? kNoLimit : kQuickLimit};
  StreamDecoder decoder;
  bool is_wanted = true;
  const auto take = [&](std::string_view piece) {
    if (container->tty) {
      return sink(piece);
    }
    decoder.feed(piece, [&](Channel, std::string_view text) { is_wanted = is_wanted && sink(text); });
    return is_wanted;
  };
  check_answer(call, impl_->api.stream(call, take, stop));
}

void Engine::put_archive(const std::string& id, const std::string& folder, std::string_view tar,
                         const std::stop_token& stop) {
  ApiCall call = archive_call("write to", id, folder);
  call.method = "PUT";
  impl_->api.upload(call, tar, stop);
}

void Engine::put_archive(const std::string& id, const std::string& folder, const http::BodySource& source,
                         const std::stop_token& stop) {
  ApiCall call = archive_call("write to", id, folder);
  call.method = "PUT";
  impl_->api.upload(call, source, stop);
}

std::string Engine::get_archive(const std::string& id, const std::string& path, const std::stop_token& stop) {
  const ApiCall call = archive_call("read", id, path);
  std::string tar;
  const auto collect = [&](std::string_view piece) {
    if (tar.size() + piece.size() > kMaxArchive) {
      throw base::Error(base::ErrorCode::unsupported,
                        fmt::format("{} of container '{}' is too large to be read", path, id),
                        "more than " + base::to_size_text(kMaxArchive));
    }
    tar += piece;
    return true;
  };
  check_answer(call, impl_->api.stream(call, collect, stop));
  return tar;
}

void Engine::stream_archive(const std::string& id, const std::string& path,
                            const std::function<bool(std::string_view)>& sink, const std::stop_token& stop) {
  const ApiCall call = archive_call("read", id, path);
  check_answer(call, impl_->api.stream(call, sink, stop));
}

}  // namespace ingot::docker
