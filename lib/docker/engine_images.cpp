// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/text.hpp"
#include "docker/engine.hpp"
#include "docker/engine_impl.hpp"
#include "docker/image_json.hpp"
#include "docker/image_reference.hpp"
#include "docker/json_value.hpp"
#include "docker/pull_lines.hpp"
#include "docker/refusal.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::docker {

namespace {

// A layer being unpacked says nothing for a while.
constexpr std::chrono::milliseconds kPullLimit{300'000};

// API 1.48 (Docker 28) exports one platform of an image.
constexpr int kPlatformOfExport = 48;

// As images call what the kernel calls otherwise.
std::string to_platform_name(const std::string& machine) {
  if (machine == "x86_64") {
    return "amd64";
  }
  return machine == "aarch64" ? "arm64" : machine;
}

// The engine takes the slashes of an image's name as they are.
std::string image_path(const std::string& reference, std::string_view rest) {
  return base::replace_all(item_path("/images", reference, rest), "%2F", "/");
}

}  // namespace

std::optional<ImageInfo> Engine::inspect_image(const std::string& reference, const std::stop_token& stop) {
  const auto answer = impl_->api.look_up(
      {.doing = fmt::format("inspect image '{}'", reference), .path = image_path(reference, "/json")}, stop);
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

void Engine::export_images(const std::vector<std::string>& references,
                           const std::function<bool(std::string_view)>& sink, const std::stop_token& stop) {
  ApiCall call{.doing = fmt::format("export {}", base::join(references, ", ")),
               .path = "/images/get",
               .idle_limit = kSlowLimit};  // it writes all layers to its disk before it sends anything
  for (const auto& reference : references) {
    call.query.emplace_back("names", reference);
  }
  if (impl_->api.speaks(kPlatformOfExport, stop)) {
    call.version = kPlatformOfExport;
    const EngineInfo about = info(stop);
    call.query.emplace_back(
        "platform",
        to_request_text({{"os", "linux"}, {"architecture", to_platform_name(about.architecture)}}));
  }
  check_answer(call, impl_->api.stream(call, sink, stop));
}

std::string Engine::import_image(const std::string& reference, const std::vector<std::string>& changes,
                                 const http::BodySource& source, const std::stop_token& stop) {
  const ImageReference parts = parse_image_reference(reference);
  ApiCall call{.doing = fmt::format("make image '{}'", reference),
               .method = "POST",
               .path = "/images/create",
               .query = {{"fromSrc", "-"}, {"repo", parts.name}, {"tag", parts.tag}},
               .idle_limit = kSlowLimit};  // it compresses nothing, but reads all once more
  for (const auto& change : changes) {
    call.query.emplace_back("changes", change);
  }
  const auto answer = impl_->api.upload(call, source, stop);
  PullLines lines;
  std::string id;
  const auto note = [&](const PullProgress& line) { id = line.status; };
  lines.feed(answer.body, note);
  lines.finish(note);
  if (!lines.error().empty() || !id.starts_with("sha256:")) {
    throw base::Error(base::ErrorCode::engine_refused, fmt::format("the engine could not {}", call.doing),
                      lines.error().empty() ? "it told no id" : lines.error());
  }
  return id;
}

bool Engine::remove_image(const std::string& reference, const std::stop_token& stop) {
  const ApiCall call{.doing = fmt::format("remove image '{}'", reference),
                     .method = "DELETE",
                     .path = image_path(reference, {})};
  constexpr int kInUse = 409;
  const auto answer = impl_->api.ask(call, stop);
  if (answer.status == kInUse || answer.status == 404) {
    return false;
  }
  check_answer(call, answer);
  return true;
}

}  // namespace ingot::docker
