// SPDX-License-Identifier: Apache-2.0
#include "node/thaw.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "node/throw_away.hpp"

#include <fmt/format.h>

#include <chrono>

namespace ingot::node {

namespace {

// A removal takes some 300 ms, on a machine with much to do a few times that.
constexpr std::chrono::seconds kPatience{1};

// Where the groups of other containers cannot be seen from a container, the machine's own folder is mounted.
void thaw(docker::Engine& engine, const std::string& id_or_name, const std::stop_token& stop) {
  const auto stuck = engine.inspect_container(id_or_name, stop);
  if (!stuck || engine.info(stop).cgroup_version != "1") {
    return;
  }
  const std::string script = fmt::format(
      "find /machine/freezer -path '*{}*' -name freezer.state | while read -r state; do echo THAWED "
      ">\"$state\"; done",
      stuck->id);
  const ThrowAway container(engine,
                            {.image = stuck->image_id,
                             .entrypoint = {"/bin/sh", "-c", script},
                             .network_disabled = true,
                             .binds = {"/sys/fs/cgroup:/machine"}},
                            stop);
  engine.start_container(container.id(), stop);
  engine.wait_container(container.id(), stop);
}

}  // namespace

void thaw_what_does_not_end(docker::Engine& engine, const std::string& id_or_name, std::chrono::seconds grace,
                            const std::stop_token& removed) {
  try {
    base::sleep_for(grace, removed);
    for (;;) {
      base::sleep_for(kPatience, removed);
      thaw(engine, id_or_name, removed);
    }
  } catch (const base::Cancelled&) {  // NOLINT(bugprone-empty-catch): it is removed
  } catch (const base::Error&) {      // NOLINT(bugprone-empty-catch): the removal tells what is wrong
  }
}

}  // namespace ingot::node
