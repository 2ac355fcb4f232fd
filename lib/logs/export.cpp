// SPDX-License-Identifier: Apache-2.0
#include "logs/export.hpp"

#include "base/wait.hpp"
#include "cluster/membership.hpp"
#include "logs/collect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace ingot::logs {

void Findings::add(std::string what, std::string reason) {
  const std::scoped_lock lock(mutex_);
  missing_.push_back({std::move(what), std::move(reason)});
}

std::vector<Missing> Findings::take() {
  const std::scoped_lock lock(mutex_);
  std::ranges::sort(missing_, {}, &Missing::what);
  return std::move(missing_);
}

std::string Findings::note_failure(const std::string& what, const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const base::Cancelled&) {
    throw;
  } catch (...) {
    auto reason = reason_of(base::current_failure());
    add(what, reason);
    return reason;
  }
}

std::string reason_of(const base::Failure& failure) {
  return failure.cause.empty() ? failure.message : fmt::format("{}: {}", failure.message, failure.cause);
}

void run_all(const std::vector<std::function<void()>>& works, std::size_t width,
             const std::stop_token& stop) {
  std::atomic<std::size_t> next{0};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(width, works.size()); ++i) {
      threads.emplace_back([&] {
        try {
          for (auto at = next++; at < works.size() && !stop.stop_requested(); at = next++) {
            works[at]();
          }
        } catch (const base::Cancelled&) {  // told below
          return;
        }
      });
    }
  }
  base::check_stop(stop);
}

namespace {

constexpr std::size_t kNodesAtOnce = 16;

class Export {
 public:
  Export(node::Host& host, const std::string& cluster, const ExportOptions& options,
         const plan::Interrupts& interrupts)
      : host_(host),
        options_(options),
        nodes_(nodes_of(host, cluster, options, interrupts.stop)),
        folder_(options.folder),
        interrupts_(interrupts),
        result_{.cluster = cluster, .folder = options.folder, .nodes = {}, .missing = {}} {}

  ExportResult run(plan::EventSink& events) {
    const auto plan = make_plan();
    const auto outcome = plan::execute(plan,
                                       {.verb = "export logs of",
                                        .subject = "cluster/" + result_.cluster,
                                        .width = kNodesAtOnce,
                                        .undo_on_failure = false,
                                        .keep_going = true},
                                       interrupts_, events);
    if (outcome.failure) {
      throw base::Error(*outcome.failure);
    }
    if (outcome.end != plan::Outcome::End::done) {
      throw base::Cancelled(fmt::format("what was collected is in {}", options_.folder), "");
    }
    result_.missing = findings_.take();
    if (!result_.missing.empty() && !options_.only_kinds_files) {
      write_missing();
    }
    result_.files = folder_.written().files;
    result_.bytes = folder_.written().bytes;
    return std::move(result_);
  }

 private:
  static std::vector<node::Node> nodes_of(node::Host& host, const std::string& cluster,
                                          const ExportOptions& options, const std::stop_token& stop) {
    auto nodes = cluster::require_nodes(host, cluster, stop);
    if (options.only_kinds_files) {
      std::erase_if(nodes, [](const node::Node& node) {
        return node.role != node::kControlPlaneRole && node.role != node::kWorkerRole;
      });
    }
    return nodes;
  }

  plan::Plan make_plan() {
    plan::Plan plan;
    plan.add({.id = "engine",
              .title = "describe the engine",
              .cause = "",
              .needs = {},
              .run = [this](plan::StepContext& context) { engine(context.stop()); },
              .undo = {}});
    for (const auto& node : nodes_) {
      result_.nodes.push_back(node.name);
      plan.add({.id = fmt::format("node/{}", node.name),
                .title = fmt::format("collect logs of node {}", node.name),
                .cause = "",
                .needs = {},
                .run =
                    [this, &node](plan::StepContext& context) {
                      collect_node(host_, node, folder_, findings_, context.stop());
                    },
                .undo = {}});
    }
    if (!options_.only_kinds_files) {
      plan.add({.id = "objects",
                .title = "collect objects and events",
                .cause = "",
                .needs = {},
                .run =
                    [this](plan::StepContext& context) {
                      collect_objects(host_, nodes_, folder_, findings_, context.stop());
                    },
                .undo = {}});
    }
    return plan;
  }

  void engine(const std::stop_token& stop) {
    findings_.note_failure("kind-version.txt",
                           [&] { folder_.create("kind-version.txt").write(options_.version_text); });
    findings_.note_failure("docker-info.txt", [&] {
      auto file = folder_.create("docker-info.txt");
      file.write(host_.engine().info_text(stop));
    });
    if (options_.event_log && !options_.only_kinds_files) {
      findings_.note_failure("ingot-events.jsonl", [&] {
        auto file = folder_.create("ingot-events.jsonl");
        options_.event_log([&](std::string_view bytes) { file.write(bytes); });
      });
    }
  }

  void write_missing() {
    std::string text;
    for (const auto& missing : result_.missing) {
      text += fmt::format("{}: {}\n", missing.what, missing.reason);
    }
    findings_.note_failure("missing.txt", [&] { folder_.create("missing.txt").write(text); });
  }

  node::Host& host_;
  const ExportOptions& options_;
  std::vector<node::Node> nodes_;
  Folder folder_;
  const plan::Interrupts& interrupts_;
  Findings findings_;
  ExportResult result_;
};

}  // namespace

ExportResult export_logs(node::Host& host, const std::string& cluster, const ExportOptions& options,
                         const plan::Interrupts& interrupts, plan::EventSink& events) {
  return Export(host, cluster, options, interrupts).run(events);
}

}  // namespace ingot::logs
