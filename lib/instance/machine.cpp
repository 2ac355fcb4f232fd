// SPDX-License-Identifier: Apache-2.0
#include "instance/machine.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace ingot::instance {

namespace {

// systemd's own socket is there a moment after it is. What is the first process until then is the image's
// entrypoint.
constexpr const char* kAwaitBoot = R"sh(
tries=0
until [ -S /run/systemd/private ]; do
  read -r init </proc/1/comm
  tries=$((tries + 1))
  [ "$init" = systemd ] || [ "$tries" -lt 150 ] || exit 0
  sleep 0.02
done
systemctl is-system-running --wait
systemctl list-units --failed --plain --no-legend
)sh";

constexpr const char* kLook = R"sh(
[ -S /run/systemd/private ] || exit 0
systemctl is-system-running
systemctl list-units --failed --plain --no-legend
)sh";

constexpr const char* kCloudInitLog = R"sh(
cloud-init status --long | grep -q '^status: error' || exit 0
cloud-init status --long
tail -n 20 /var/log/cloud-init-output.log
exit 1
)sh";

System to_system(const std::string& output) {
  System system;
  for (const auto& line : base::split(output, '\n')) {
    const auto word = std::string(base::trim(line.substr(0, line.find(' '))));
    if (word.empty()) {
      continue;
    }
    if (system.state.empty()) {
      system.state = word;
    } else {
      system.failed_units.push_back(word);
    }
  }
  return system;
}

}  // namespace

void throw_ended(node::Host& host, const std::string& id, const std::stop_token& stop) {
  throw base::Error({.code = base::ErrorCode::command_failed,
                     .message = "the instance ended while it started",
                     .cause = "its image's own command has come to its end",
                     .detail = host.console(id, stop)});
}

System await_boot(node::Host& host, const std::string& id, const std::stop_token& stop) {
  try {
    const auto result = host.run(id, {"/bin/sh", "-c", kAwaitBoot}, "", stop);
    if (const auto info = host.inspect(id, stop); info && info->state == "running") {
      return to_system(result.output);
    }
  } catch (const base::Error&) {
    const auto info = host.inspect(id, stop);
    if (!info || info->state == "running") {
      throw;
    }
  }
  throw_ended(host, id, stop);
}

System system_of(node::Host& host, const std::string& id, const std::stop_token& stop) {
  return to_system(host.run(id, {"/bin/sh", "-c", kLook}, "", stop).output);
}

bool has_cloud_init(node::Host& host, const std::string& id, const std::stop_token& stop) {
  return host.read_file(id, "/usr/bin/cloud-init", stop).has_value();
}

std::vector<tar::File> cloud_init_seed(const std::string& instance, const std::string& run_id,
                                       const std::string& user_data) {
  const std::string folder = "/var/lib/cloud/seed/nocloud/";
  return {{.path = folder + "user-data", .content = user_data, .mode = 0600},
          {.path = folder + "meta-data",
           .content = fmt::format("instance-id: {0}-{1}\nlocal-hostname: {0}\n", instance, run_id)}};
}

void run_script(node::Host& host, const std::string& id, const std::string& doing, const std::string& script,
                const std::stop_token& stop) {
  const auto result = host.run(id, {"/bin/sh", "-s"}, script, stop);
  if (result.exit_code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = doing + " failed",
                       .cause = fmt::format("exit code {}", result.exit_code),
                       .detail = result.output});
  }
}

void check_cloud_init(node::Host& host, const std::string& id, const std::stop_token& stop) {
  run_script(host, id, "cloud-init", kCloudInitLog, stop);
}

}  // namespace ingot::instance
