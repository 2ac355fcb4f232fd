// SPDX-License-Identifier: Apache-2.0
#include "logs/follow.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"
#include "cluster/membership.hpp"
#include "logs/cri_line.hpp"
#include "logs/node_command.hpp"
#include "logs/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace ingot::logs {

namespace {

using base::Error;
using base::ErrorCode;

class Reading {
 public:
  Reading(node::Host& host, const ReadOptions& options, Component component, std::vector<node::Node> nodes,
          const LineSink& sink, const std::stop_token& stop)
      : host_(host),
        options_(options),
        component_(std::move(component)),
        nodes_(std::move(nodes)),
        sink_(sink),
        stop_(stop),
        pass_on_(stop, [this] { over_.request_stop(); }) {
    if (options.since) {
      since_ = std::chrono::system_clock::now() - *options.since;
    }
  }

  ReadResult run() {
    {
      std::vector<std::jthread> threads;
      for (const auto& node : nodes_) {
        if (options_.follow) {
          threads.emplace_back([&] { guard(node, [&] { read_node(node); }); });
        } else {
          guard(node, [&] { read_node(node); });
        }
      }
    }
    base::check_stop(stop_);
    if (failure_) {
      throw Error(*failure_);
    }
    result_.sources = labels_.size();
    return std::move(result_);
  }

 private:
  // What goes wrong because the node has ended is no failure.
  void guard(const node::Node& node, const std::function<void()>& work) {
    std::optional<base::Failure> failure;
    try {
      if (!over_.stop_requested()) {
        work();
      }
    } catch (const base::Cancelled&) {  // run() tells why
      return;
    } catch (...) {
      failure = base::current_failure();
    }
    if (options_.follow && !over_.stop_requested() && has_ended(node)) {
      const std::scoped_lock lock(mutex_);
      if (std::ranges::find(result_.stopped_nodes, node.name) == result_.stopped_nodes.end()) {
        result_.stopped_nodes.push_back(node.name);
      }
    } else if (failure) {
      const std::scoped_lock lock(mutex_);
      failure_ = failure_ ? failure_ : failure;
      over_.request_stop();
    }
  }

  // A node that goes down ends what runs in it a while before its container has ended.
  bool has_ended(const node::Node& node) {
    constexpr std::chrono::seconds kShutdown{10};
    const base::TimeLimit limit(kShutdown, over_.get_token());
    try {
      host_.engine().wait_container(node.id, limit.token());
      return true;
    } catch (const Error& error) {
      return error.code() == ErrorCode::not_found;
    } catch (const base::Cancelled&) {
      return false;
    }
  }

  void read_node(const node::Node& node) {
    if (component_.console) {
      know(node.name);
      read_console(node);
    } else if (component_.pods.empty()) {
      know(node.name);
      run(
          node, journal_command(component_.unit, options_),
          [&](std::string_view line) { return tell(node.name, line); }, over_.get_token());
    } else {
      read_pods(node);
    }
  }

  void run(const node::Node& node, const std::vector<std::string>& command,
           const std::function<bool(std::string_view)>& on_line, const std::stop_token& stop) {
    const int code = run_on_leash(host_, node.id, command, on_line, stop);
    if (code > 0) {
      throw Error(ErrorCode::command_failed,
                  fmt::format("{} in node '{}' exited with {}", command.front(), node.name, code));
    }
  }

  void read_console(const node::Node& node) {
    LineSplitter lines;
    const auto take = [&](std::string_view line) {
      line.remove_suffix(line.ends_with('\r') ? 1 : 0);  // it is a terminal's output
      return tell(node.name, line);
    };
    host_.engine().container_logs(
        node.id, options_.follow, [&](std::string_view bytes) { return lines.feed(bytes, take); },
        over_.get_token());
    lines.finish(take);
  }

  // One file after the other, or each on a thread of its own until it is gone.
  void read_pods(const node::Node& node) {
    std::vector<std::string> first;
    std::map<std::string, std::jthread> followers;
    const auto on_file = [&](std::string_view line) {
      const auto blank = line.find(' ');
      const auto word = line.substr(0, blank);
      const std::string file(line.substr(std::min(line.size(), blank + 1)));
      if (word == "old") {
        know(label_of(node, file));
        first.push_back(file);
      } else if (word == "ready" && options_.follow) {
        for (const auto& known : first) {
          follow_file(node, known, false, followers);
        }
      } else if (word == "new") {
        know(label_of(node, file));
        follow_file(node, file, true, followers);
      } else if (word == "gone") {
        followers.erase(file);  // stops it
      }
      return true;
    };
    run(node, watch_command(component_.pods, options_.follow), on_file, over_.get_token());
    if (!options_.follow) {
      for (const auto& file : first) {
        read_file(node, file, false, over_.get_token());
      }
    }
  }

  void follow_file(const node::Node& node, const std::string& file, bool from_start,
                   std::map<std::string, std::jthread>& followers) {
    followers[file] = std::jthread([this, &node, file, from_start](const std::stop_token& gone) {
      guard(node, [&] {
        std::stop_source end;
        const std::stop_callback on_gone(gone, [&] { end.request_stop(); });
        const std::stop_callback on_over(over_.get_token(), [&] { end.request_stop(); });
        read_file(node, file, from_start, end.get_token());
      });
    });
  }

  void read_file(const node::Node& node, const std::string& file, bool from_start,
                 const std::stop_token& stop) {
    CriDecoder decoder(since_);
    const std::string label = label_of(node, file);
    run(
        node, tail_command(file, options_, from_start),
        [&](std::string_view line) {
          const auto text = decoder.take(line);
          return !text || tell(label, *text);
        },
        stop);
  }

  static std::string label_of(const node::Node& node, const std::string& file) {
    const auto pod = pod_of(file);
    return pod.empty() ? node.name : fmt::format("{}/{}", node.name, pod);
  }

  void know(const std::string& label) {
    const std::scoped_lock lock(mutex_);
    labels_.insert(label);
  }

  bool tell(const std::string& label, std::string_view text) {
    const std::scoped_lock lock(mutex_);
    if (over_.stop_requested()) {
      return false;
    }
    if (!sink_(
            {.source = label, .text = text, .is_only_source = nodes_.size() == 1 && labels_.size() == 1})) {
      over_.request_stop();
      return false;
    }
    return true;
  }

  node::Host& host_;
  const ReadOptions& options_;
  const Component component_;
  const std::vector<node::Node> nodes_;
  const LineSink& sink_;
  const std::stop_token& stop_;
  std::optional<std::chrono::system_clock::time_point> since_;
  std::stop_source over_;
  std::stop_callback<std::function<void()>> pass_on_;
  std::mutex mutex_;
  std::set<std::string> labels_;
  std::optional<base::Failure> failure_;
  ReadResult result_;
};

}  // namespace

ReadResult read_logs(node::Host& host, const std::string& name, const ReadOptions& options,
                     const LineSink& sink, const std::stop_token& stop) {
  auto component = select_component(options);
  const auto cluster = name.empty() ? cluster::cluster_of(host, {options.node}, stop) : name;
  auto nodes = select_nodes(host, cluster, options, component, stop);
  auto result = Reading(host, options, std::move(component), std::move(nodes), sink, stop).run();
  if (result.sources == 0 && result.stopped_nodes.empty()) {
    throw Error({.code = ErrorCode::not_found,
                 .message = fmt::format("cluster '{}' has no logs of '{}'", cluster, options.component),
                 .cause = "known: " + base::join(component_names(), ", "),
                 .remedy = "ingot cluster status " + cluster});
  }
  return result;
}

}  // namespace ingot::logs
