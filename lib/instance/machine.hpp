// SPDX-License-Identifier: Apache-2.0
// What runs in an instance, asked from outside: its init, and what was asked of it for its first start.
// Errors as node::Host. Internal to lib/instance.
#pragma once

#include "base/wait.hpp"
#include "node/host.hpp"
#include "tar/tar.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace ingot::instance {

struct System {
  // What `systemctl is-system-running` says: "running", "degraded", "starting"...; empty: there is no
  // systemd.
  std::string state;
  std::vector<std::string> failed_units;
};

// Returns when systemd has done all that it starts at boot. A container without systemd has booted when three
// seconds have shown that it has none. Error{command_failed} with its console when it ends meanwhile.
[[nodiscard]] System await_boot(node::Host& host, const std::string& id, const std::stop_token& stop);
// Error{command_failed} with its console.
[[noreturn]] void throw_ended(node::Host& host, const std::string& id, const std::stop_token& stop);
// How it is now.
[[nodiscard]] System system_of(node::Host& host, const std::string& id, const std::stop_token& stop);

[[nodiscard]] bool has_cloud_init(node::Host& host, const std::string& id, const std::stop_token& stop);
// For cloud-init's data source NoCloud.
[[nodiscard]] std::vector<tar::File> cloud_init_seed(const std::string& instance, const std::string& run_id,
                                                     const std::string& user_data);
// After a boot with that seed: Error{command_failed} with the end of cloud-init's log where a part of it
// failed.
void check_cloud_init(node::Host& host, const std::string& id, const std::stop_token& stop);

// A script for /bin/sh. Error{command_failed} with its output: "`doing` failed".
void run_script(node::Host& host, const std::string& id, const std::string& doing, const std::string& script,
                const std::stop_token& stop);

}  // namespace ingot::instance
