// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/text.hpp"
#include "docker/engine.hpp"
#include "docker/engine_impl.hpp"
#include "docker/image_json.hpp"
#include "docker/image_reference.hpp"
#include "docker/pull_lines.hpp"
#include "docker/refusal.hpp"

#include <fmt/format.h>

namespace ingot::docker {

namespace {

// A layer being unpacked says nothing for a while.
constexpr std::chrono::milliseconds kPullLimit{300'000};

// The engine takes the slashes of an image's name as they are.
std::string image_path(const std::string& reference) {
  return base::replace_all(item_path("/images", reference, "/json"), "%2F", "/");
}

}  // namespace

std::optional<ImageInfo> Engine::inspect_image(const std::string& reference, const std::stop_token& stop) {
  const auto answer = impl_->api.look_up(
      {.doing = fmt::format("inspect image '{}'", reference), .path = image_path(reference)}, stop);
  return answer ? std::optional(parse_image(answer->body)) : std::nullopt;
}

std::vector<ImageInfo> Engine::list_images(const std::vector<std::string>& labels,
                                           const std::stop_token& stop) {
  const auto answer = impl_->api.require(
      {.doing = "list images", .path = "/images/json", .query = {{"filters", label_filter(labels)}}}, stop);
  return parse_image_list(answer.body);
}

void Engine::pull_image(const std::string& reference,
                        const std::function<void(const PullProgress&)>& progress,
                        const std::stop_token& stop) {
  const ImageReference parts = parse_image_reference(reference);
  const ApiCall call{.doing = fmt::format("pull image '{}'", reference),
                     .method = "POST",
                     .path = "/images/create",
                     .query = {{"fromImage", parts.name}, {"tag", parts.tag}},
                     .idle_limit = kPullLimit};
  PullLines lines;
  const auto answer = impl_->api.stream(
      call,
      [&](std::string_view piece) {
        lines.feed(piece, progress);
        return true;
      },
      stop);
  if (answer.status / 100 != 2) {
    throw base::Error(to_pull_failure(reference, answer.status, words_of(answer)));
  }
  lines.finish(progress);
  if (!lines.error().empty()) {
    throw base::Error(to_pull_failure(reference, answer.status, lines.error()));
  }
}

}  // namespace ingot::docker
