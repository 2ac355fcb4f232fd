// SPDX-License-Identifier: Apache-2.0
#include "instance/remove.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "instance/access.hpp"
#include "instance/labels.hpp"

#include <fmt/format.h>

namespace ingot::instance {

namespace {

std::string label(const std::string& name) {
  return fmt::format("{}={}", kInstanceLabel, name);
}

}  // namespace

void remove_disk(node::Host& host, const std::string& volume, const std::stop_token& stop) {
  try {
    host.engine().remove_volume(volume, stop);
  } catch (const base::Error& error) {  // a container of somebody's has it
    if (error.code() != base::ErrorCode::already_exists && error.code() != base::ErrorCode::engine_refused) {
      throw;
    }
  }
}

DeleteResult find_remains(node::Host& host, const std::string& name, const DeleteOptions& options,
                          const std::stop_token& stop) {
  DeleteResult result{.name = name};
  for (const auto& container : host.engine().list_containers({label(name)}, stop)) {
    result.containers.push_back(container.name);
  }
  if (options.keep_disk) {
    return result;
  }
  for (const auto& volume : host.engine().list_volumes({label(name)}, stop)) {
    result.volumes.push_back(volume.name);
  }
  return result;
}

DeleteResult remove(node::Host& host, const std::string& name, const DeleteOptions& options,
                    const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  auto result = find_remains(host, name, options, limit.token());
  plan::Plan plan;
  std::vector<std::string> removed;
  for (const auto& container : host.engine().list_containers({label(name)}, limit.token())) {
    removed.push_back(fmt::format("instance/{}/remove", container.name));
    plan.add(
        {.id = removed.back(),
         .title = "remove instance " + container.name,
         .cause = "it carries the label",
         .run = [&host, id = container.id](plan::StepContext& context) { host.remove(id, context.stop()); }});
  }
  for (const auto& volume : result.volumes) {
    plan.add({.id = "volume/" + volume,
              .title = "remove disk " + volume,
              .cause = "it is the instance's own",
              .needs = removed,
              .run = [&host, volume](plan::StepContext& context) {
                host.engine().remove_volume(volume, context.stop());
              }});
  }
  const auto outcome = plan::execute(
      plan, {.verb = "delete", .subject = "instance/" + name, .undo_on_failure = false, .keep_going = true},
      {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  const auto again = "ingot instance delete " + name;
  if (outcome.failure) {
    base::Failure failure = *outcome.failure;
    failure.message = fmt::format("instance '{}' could not be deleted: {}", name, failure.message);
    throw base::Error(std::move(failure));
  }
  if (outcome.end != plan::Outcome::End::done && limit.has_passed()) {
    throw base::Error({.code = base::ErrorCode::timed_out,
                       .message = fmt::format("timed out deleting instance '{}'", name),
                       .remedy = again});
  }
  if (outcome.end != plan::Outcome::End::done) {
    throw base::Cancelled(
        fmt::format("what is left of instance '{}' can be deleted by the same command", name), again);
  }
  forget_access(options.access_folder, name);
  return result;
}

}  // namespace ingot::instance
