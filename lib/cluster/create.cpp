// SPDX-License-Identifier: Apache-2.0
#include "cluster/create.hpp"

#include "base/error.hpp"
#include "cluster/creation.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cluster {

namespace {

// Passes events on and keeps when each step and milestone was over: the table of where the time went.
class PhaseRecorder final : public plan::EventSink {
 public:
  explicit PhaseRecorder(plan::EventSink& next) : next_(next) {}

  void on(const plan::Event& event) noexcept override {
    if (const auto* finished = std::get_if<plan::StepFinished>(&event.body)) {
      if (finished->state == plan::StepState::done) {
        phases_.push_back({finished->title, event.at, finished->elapsed});
      }
    } else if (const auto* mark = std::get_if<plan::StepMark>(&event.body)) {
      phases_.push_back({mark->text, event.at, std::chrono::milliseconds(0)});
    }
    next_.on(event);
  }

  [[nodiscard]] std::vector<Phase> take() { return std::move(phases_); }

 private:
  plan::EventSink& next_;
  std::vector<Phase> phases_;
};

// The containers among what was not taken back: whatever else a step leaves (a file in the cache, the
// network) is there to stay.
std::vector<std::string> containers_left(const plan::Outcome& outcome, const Creation& creation) {
  const auto is_left = [&](const std::string& step) {
    return std::ranges::find(outcome.left_behind, step) != outcome.left_behind.end();
  };
  std::vector<std::string> names;
  for (const auto& node : creation.nodes) {
    if (is_left(fmt::format("node/{}/create", node.name))) {
      names.push_back(node.name);
    }
  }
  if (creation.balancer && is_left("load-balancer/create")) {
    names.push_back(creation.balancer->name);
  }
  return names;
}

[[noreturn]] void throw_outcome(const plan::Outcome& outcome, const Creation& creation) {
  base::Failure failure;
  if (outcome.failure) {
    failure = *outcome.failure;
    failure.context.push_back(fmt::format("step {}", outcome.failed_step));
  }
  if (const auto left = containers_left(outcome, creation); !left.empty()) {
    failure.detail += (failure.detail.empty() ? "" : "\n") + std::string("left behind:\n");
    for (const auto& name : left) {
      failure.detail += fmt::format("  container {}\n", name);
    }
    failure.remedy = fmt::format("ingot cluster delete {}", creation.spec.name);
  }
  if (outcome.end == plan::Outcome::End::failed) {
    failure.message =
        fmt::format("cluster '{}' could not be created: {}", creation.spec.name, failure.message);
    throw base::Error(std::move(failure));
  }
  throw base::Cancelled(std::move(failure.detail), std::move(failure.remedy));
}

void throw_kubeconfig_failure(const Creation& creation) {
  base::Failure failure = *creation.kubeconfig_failure;
  failure.message = fmt::format("cluster '{}' runs, but its kubeconfig could not be written: {}",
                                creation.spec.name, failure.message);
  failure.remedy = fmt::format("ingot cluster kubeconfig {} > FILE", creation.spec.name);
  throw base::Error(std::move(failure));
}

}  // namespace

CreateResult create(node::Host& host, const config::ClusterSpec& spec, const CreateOptions& options,
                    bool engine_is_local, const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const auto begin = base::Clock::now();
  auto creation = observe(host, spec, options, engine_is_local, interrupts.stop);
  const auto plan = make_plan(creation);
  PhaseRecorder recorder(sink);
  const auto outcome = plan::execute(
      plan,
      {.verb = "create", .subject = "cluster/" + spec.name, .undo_on_failure = !options.keep_on_failure},
      interrupts, recorder);
  if (outcome.end != plan::Outcome::End::done) {
    throw_outcome(outcome, creation);
  }
  if (creation.kubeconfig_failure) {
    throw_kubeconfig_failure(creation);
  }
  CreateResult result{.name = spec.name,
                      .context = "kind-" + spec.name,
                      .endpoint = creation.endpoint,
                      .kubeconfig_path = creation.kubeconfig_path,
                      .image = creation.control_plane().image,
                      .kubernetes_version = creation.rendering.kubernetes_version,
                      .bootstrap = creation.bootstrap,
                      .bootstrap_reason = creation.bootstrap_reason,
                      .phases = recorder.take()};
  for (const auto& node : creation.nodes) {
    result.nodes.push_back(node.name);
    if (node.late) {
      result.late_nodes.push_back(node.name);
    }
  }
  result.not_awaited = options.wait ? not_awaited(spec) : std::string();
  result.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - begin);
  return result;
}

std::string plan_text(node::Host& host, const config::ClusterSpec& spec, const CreateOptions& options,
                      bool engine_is_local, const std::stop_token& stop) {
  auto creation = observe(host, spec, options, engine_is_local, stop);
  return make_plan(creation).to_text();
}

}  // namespace ingot::cluster
