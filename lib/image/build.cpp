// SPDX-License-Identifier: Apache-2.0
#include "image/build.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"
#include "image/build_log.hpp"
#include "image/pipe.hpp"
#include "image/recipe.hpp"
#include "node/throw_away.hpp"
#include "tar/stream_reader.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <thread>

namespace ingot::image {

namespace {

constexpr std::string_view kDebian = "docker.io/library/debian:bookworm";
constexpr std::string_view kBuildLabel = "dev.ingot.image-build";
constexpr std::string_view kOutput = "/out";
constexpr std::string_view kCertificates = "/etc/ingot-certificates.pem";

// A base that needs no pull: Debian's, or a node image, which is a Debian too.
std::optional<std::string> base_at_hand(node::Host& host, const BuildRequest& request,
                                        const std::stop_token& stop) {
  const auto wanted = request.base.empty() ? std::string(kDebian) : request.base;
  if (host.engine().inspect_image(wanted, stop)) {
    return wanted;
  }
  if (request.base.empty()) {
    for (const auto& image : host.engine().list_images({"dev.ingot.node-image=1"}, stop)) {
      if (!image.tags.empty()) {
        return image.tags.front();
      }
    }
  }
  return std::nullopt;
}

// What builds that were killed have left. One that still runs is somebody's.
void remove_leftovers(docker::Engine& engine, const std::stop_token& stop) {
  for (const auto& container : engine.list_containers({std::string(kBuildLabel)}, stop)) {
    if (container.state != "running") {
      engine.remove_container(container.id, stop);
    }
  }
}

// In ingot's sources.
std::string tool_of(const BuildRequest& request) {
  return request.kubernetes.empty() ? "tools/instance-image" : "tools/node-image";
}

docker::ContainerSpec builder(const BuildRequest& request, const std::string& base) {
  docker::ContainerSpec spec;
  spec.image = base;
  spec.entrypoint = {"/bin/bash", "/" + tool_of(request), "--output", std::string(kOutput)};
  spec.labels[std::string(kBuildLabel)] = "1";
  spec.privileged = true;  // debootstrap mounts, and so does the containerd that unpacks images
  spec.init = true;
  spec.mounts = {{.type = "volume", .source = std::string(kBuildVolume), .target = "/root/.cache"}};
  spec.env = request.env;
  spec.env.insert(spec.env.end(), {"HOME=/root", "GOMODCACHE=/root/.cache/go-modules"});
  if (!request.kubernetes.empty()) {  // the recipe knows its versions by their first two numbers
    spec.env.push_back("INGOT_KUBERNETES=" + request.kubernetes.substr(1, request.kubernetes.rfind('.') - 1));
  }
  if (!request.certificates.empty()) {
    spec.env.push_back(fmt::format("SSL_CERT_FILE={}", kCertificates));
  }
  return spec;
}

// The bytes of a container's file, pulled by whoever reads while a thread fetches them.
class FileOf {
 public:
  FileOf(docker::Engine& engine, std::string container, std::string path, std::stop_token stop)
      : stop_(std::move(stop)),
        thread_([this, &engine, container = std::move(container), path = std::move(path)] {
          fetch(engine, container, path);
        }) {}
  FileOf(const FileOf&) = delete;
  FileOf& operator=(const FileOf&) = delete;
  ~FileOf() { pipe_.abandon(); }

  // As http::BodySource. What ended the fetching is thrown: a file that was cut off must not look whole.
  std::size_t read(char* into, std::size_t size) {
    if (at_ == piece_.size()) {
      piece_ = pipe_.read(stop_);
      at_ = 0;
    }
    if (piece_.empty() && failure_) {
      std::rethrow_exception(failure_);
    }
    const auto count = std::min(size, piece_.size() - at_);
    std::memcpy(into, piece_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  void fetch(docker::Engine& engine, const std::string& container, const std::string& path) {
    try {
      tar::StreamReader reader({.begin = [](const auto&, std::string_view) {},
                                .content =
                                    [this](std::string_view content) {
                                      pipe_.write(std::make_shared<const std::string>(content), stop_);
                                    },
                                .end = [](std::string_view) {}});
      engine.stream_archive(
          container, path,
          [&](std::string_view bytes) {
            reader.feed(bytes);
            return !pipe_.is_abandoned();
          },
          stop_);
      reader.finish();
    } catch (...) {
      failure_ = std::current_exception();
    }
    pipe_.end();
  }

  std::stop_token stop_;
  Pipe pipe_;
  std::exception_ptr failure_;  // written before the pipe ends, read after
  std::string piece_;
  std::size_t at_ = 0;
  std::jthread thread_;
};

class Build {
 public:
  Build(node::Host& host, const BuildRequest& request, const std::stop_token& stop)
      : host_(host), request_(request) {
    // Says, too, that the name is none, before anything is made.
    if (const auto old = host.engine().inspect_image(request.name, stop)) {
      old_id_ = old->id;
    }
    result_.name = request.name;
    const auto base = base_at_hand(host, request, stop);
    must_pull_ = !base;
    result_.base = base.value_or(request.base.empty() ? std::string(kDebian) : request.base);
  }

  [[nodiscard]] plan::Plan make_plan() {
    plan::Plan plan;
    if (must_pull_) {
      plan.add({.id = "base",
                .title = "pull " + result_.base,
                .cause = "the build runs in it, and the engine does not have it",
                .run = [this](plan::StepContext& context) { pull(context); }});
    }
    plan.add({.id = "parts",
              .title = "build the parts in " + result_.base,
              .cause = fmt::format(
                  "{}; what was built before is in volume {}",
                  request_.kubernetes.empty() ? "for instances" : "Kubernetes " + request_.kubernetes,
                  kBuildVolume),
              .needs = must_pull_ ? std::vector<std::string>{"base"} : std::vector<std::string>(),
              .run = [this](plan::StepContext& context) { build(context); },
              .undo = [this](const std::stop_token&) { container_.reset(); }});
    plan.add({.id = "image",
              .title = "make image " + request_.name,
              .cause = "the engine gets the parts as one root file system",
              .needs = {"parts"},
              .run = [this](plan::StepContext& context) { load(context); }});
    return plan;
  }

  [[nodiscard]] BuildResult& result() { return result_; }

 private:
  void pull(plan::StepContext& context) {
    try {
      host_.pull(
          result_.base,
          [&](std::int64_t current, std::int64_t total) { context.progress("bytes", current, total); },
          context.stop());
    } catch (const base::Error& error) {
      base::Failure failure = error.failure();
      failure.remedy = "name an image of the engine that has apt and bash with --base-image, or run " +
                       tool_of(request_) + " in ingot's sources";
      throw base::Error(std::move(failure));
    }
  }

  void build(plan::StepContext& context) {
    auto& engine = host_.engine();
    remove_leftovers(engine, context.stop());
    container_ = std::make_unique<node::ThrowAway>(engine, builder(request_, result_.base), context.stop());
    const auto& id = container_->id();
    engine.put_archive(id, "/", recipe(), context.stop());
    if (!request_.certificates.empty()) {
      engine.put_archive(id, "/",
                         tar::pack({{.path = std::string(kCertificates), .content = request_.certificates}}),
                         context.stop());
    }
    engine.start_container(id, context.stop());
    BuildLog log(context);
    engine.container_logs(
        id, true,
        [&](std::string_view bytes) {
          log.feed(bytes);
          return true;
        },
        context.stop());
    if (const int code = engine.wait_container(id, context.stop()); code != 0) {
      throw base::Error({.code = base::ErrorCode::command_failed,
                         .message = fmt::format("image '{}' could not be built", request_.name),
                         .cause = fmt::format("{} ended with exit code {}", tool_of(request_), code),
                         .detail = log.tail(),
                         .remedy = "the same command again goes on where this one failed"});
    }
  }

  [[nodiscard]] std::string output(const std::string& name, const std::stop_token& stop) {
    const auto text = host_.read_file(container_->id(), fmt::format("{}/{}", kOutput, name), stop);
    if (!text) {
      throw base::Error(base::ErrorCode::internal, "the recipe left no file " + name);
    }
    return *text;
  }

  void load(plan::StepContext& context) {
    auto& engine = host_.engine();
    auto changes = base::split(output("changes", context.stop()), '\n');
    std::erase(changes, std::string());
    {
      FileOf root(engine, container_->id(), fmt::format("{}/root.tar", kOutput), context.stop());
      result_.id = engine.import_image(
          result_.name, changes, [&](char* into, std::size_t size) { return root.read(into, size); },
          context.stop());
    }
    container_.reset();
    // Without its name it would only take space; nodes that run from it keep it.
    if (!old_id_.empty() && old_id_ != result_.id) {
      engine.remove_image(old_id_, context.stop());
    }
  }

  node::Host& host_;
  const BuildRequest& request_;
  bool must_pull_ = false;
  std::string old_id_;
  BuildResult result_;
  std::unique_ptr<node::ThrowAway> container_;
};

}  // namespace

std::string plan_build(node::Host& host, const BuildRequest& request, const std::stop_token& stop) {
  return Build(host, request, stop).make_plan().to_text();
}

BuildResult build(node::Host& host, const BuildRequest& request, const plan::Interrupts& interrupts,
                  plan::EventSink& sink) {
  const auto begin = base::Clock::now();
  const base::TimeLimit limit(request.timeout, interrupts.stop);
  Build build(host, request, limit.token());
  const auto outcome = plan::execute(build.make_plan(), {.verb = "build", .subject = "image/" + request.name},
                                     {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.end != plan::Outcome::End::done && limit.has_passed()) {
    throw base::Error(
        {.code = base::ErrorCode::timed_out,
         .message = fmt::format("timed out building image '{}'", request.name),
         .remedy = "the same command again, with a longer --timeout, goes on where this one ended"});
  }
  if (outcome.failure) {
    throw base::Error(*outcome.failure);
  }
  if (outcome.end != plan::Outcome::End::done) {
    throw base::Cancelled("the same command again goes on where this one ended", "ingot image build");
  }
  auto result = std::move(build.result());
  result.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - begin);
  return result;
}

}  // namespace ingot::image
