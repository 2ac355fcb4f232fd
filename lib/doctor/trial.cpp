// SPDX-License-Identifier: Apache-2.0
#include "doctor/trial.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "node/node_spec.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <thread>
#include <utility>

namespace ingot::doctor {

namespace {

constexpr std::chrono::seconds kLimit{30};
constexpr std::size_t kMaxOutput = 4096;

// A stop token that also fires when the limit is over.
class Limit {
 public:
  explicit Limit(const std::stop_token& stop)
      : on_stop_(stop, [this] { source_.request_stop(); }), alarm_([this](const std::stop_token& done) {
          try {
            base::sleep_for(kLimit, done);
            source_.request_stop();
          } catch (const base::Cancelled&) {  // what was limited ended first
            return;
          }
        }) {}

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::jthread alarm_;
};

class ThrowAway {
 public:
  ThrowAway(docker::Engine& engine, std::string id) : engine_(engine), id_(std::move(id)) {}
  ThrowAway(const ThrowAway&) = delete;
  ThrowAway& operator=(const ThrowAway&) = delete;
  ~ThrowAway() {
    try {
      engine_.remove_container(id_, {});
    } catch (...) {  // NOLINT(bugprone-empty-catch): the trial's own end is the one to tell
    }
  }

 private:
  docker::Engine& engine_;
  std::string id_;
};

docker::ContainerSpec trial_spec(const docker::EngineInfo& info, const std::string& image) {
  auto spec = node::to_container_spec({.image = image}, node::to_facts(info));
  spec.hostname = "trial";
  spec.labels = {{"dev.ingot.throw-away", "1"}};
  spec.anonymous_volumes = {};
  spec.restart_policy = "";
  spec.restart_retries = 0;
  spec.network_disabled = true;
  spec.entrypoint = {"/bin/sh", "-c", "ulimit -Hn"};
  return spec;
}

Trial run_trial(docker::Engine& engine, const docker::ContainerSpec& spec, const std::stop_token& stop) {
  Trial trial{.image = spec.image, .output = {}};
  const std::string id = engine.create_container("", spec, stop);
  const ThrowAway container(engine, id);
  engine.start_container(id, stop);
  trial.exit_code = engine.wait_container(id, stop);
  engine.container_logs(
      id, false,
      [&](std::string_view bytes) {
        trial.output += bytes;
        return trial.output.size() < kMaxOutput;
      },
      stop);
  return trial;
}

}  // namespace

Trial try_privileged(node::Host& host, const docker::EngineInfo& info, const std::string& image,
                     const std::stop_token& stop) {
  const Limit limit(stop);
  try {
    return run_trial(host.engine(), trial_spec(info, image), limit.token());
  } catch (const base::Cancelled&) {
    base::check_stop(stop);
    throw base::Error(base::ErrorCode::timed_out,
                      fmt::format("a privileged container did not end within {} s", kLimit.count()));
  }
}

}  // namespace ingot::doctor
