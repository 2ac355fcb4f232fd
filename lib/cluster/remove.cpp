// SPDX-License-Identifier: Apache-2.0
#include "cluster/remove.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "cluster/expiry.hpp"
#include "cluster/kubeconfig_files.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "node/throw_away.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace ingot::cluster {

namespace {

bool names_cluster(const std::string& file, const std::string& entry) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  try {
    return stream && !kubeconfig::extract(text.str(), file, entry).server.empty();
  } catch (const base::Error&) {  // not there, or nothing that a removal would touch
    return false;
  }
}

// What a killed image load left. It holds the nodes' volumes.
void remove_helpers(node::Host& host, const std::string& name, const std::stop_token& stop) {
  for (const auto& helper :
       host.engine().list_containers({fmt::format("{}={}", node::kHelperLabel, name)}, stop)) {
    host.remove(helper.id, stop);
  }
}

}  // namespace

DeleteResult find_remains(node::Host& host, const std::string& name, const DeleteOptions& options,
                          const std::stop_token& stop) {
  DeleteResult result{.name = name};
  for (const auto& node : host.nodes(name, stop)) {
    result.nodes.push_back(node.name);
  }
  if (options.kubeconfig.write) {
    for (const auto& file : kubeconfig_search_path(options.kubeconfig)) {
      if (names_cluster(file, kubeconfig::entry_name(name))) {
        result.kubeconfigs.push_back(file);
      }
    }
  }
  return result;
}

DeleteResult remove(node::Host& host, const std::string& name, const DeleteOptions& options,
                    const plan::Interrupts& interrupts, plan::EventSink& sink) {
  DeleteResult result{.name = name};
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  const auto nodes = host.nodes(name, interrupts.stop);
  if (options.only_expired && !is_over(expiry_of(host, nodes, name, interrupts.stop))) {
    result.stayed = true;
    return result;
  }
  remove_helpers(host, name, interrupts.stop);
  plan::Plan plan;
  for (const auto& node : nodes) {
    result.nodes.push_back(node.name);
    plan.add({.id = fmt::format("node/{}/remove", node.name),
              .title = "remove node " + node.name,
              .cause = fmt::format("it carries the label of cluster '{}'", name),
              .run = [&host, id = node.id](plan::StepContext& context) { host.remove(id, context.stop()); }});
  }
  if (options.kubeconfig.write) {
    plan.add({.id = "kubeconfig",
              .title = "remove kubeconfig entries",
              .cause = "they point to a cluster that goes",
              .run = [&](plan::StepContext& context) {
                result.kubeconfigs = kubeconfig::remove(kubeconfig_search_path(options.kubeconfig),
                                                        kubeconfig::entry_name(name), context.stop());
              }});
  }
  const auto outcome = plan::execute(plan,
                                     {.verb = "delete",
                                      .subject = "cluster/" + name,
                                      .width = 64,
                                      .undo_on_failure = false,
                                      .keep_going = true},
                                     {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.end != plan::Outcome::End::done && limit.has_passed()) {
    throw base::Error({.code = base::ErrorCode::timed_out,
                       .message = fmt::format("timed out deleting cluster '{}'", name),
                       .remedy = "ingot cluster delete " + name});
  }
  if (outcome.failure) {
    base::Failure failure = *outcome.failure;
    failure.message = fmt::format("cluster '{}' could not be deleted: {}", name, failure.message);
    throw base::Error(std::move(failure));
  }
  if (outcome.end != plan::Outcome::End::done) {
    throw base::Cancelled(
        fmt::format("what is left of cluster '{}' can be deleted by the same command", name),
        "ingot cluster delete " + name);
  }
  return result;
}

}  // namespace ingot::cluster
