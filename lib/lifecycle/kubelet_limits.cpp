// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/kubelet_limits.hpp"

#include "base/error.hpp"
#include "cluster/component_health.hpp"
#include "config/quantity.hpp"
#include "node/exchange.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::lifecycle {

namespace {

using cluster::text_at;
using nlohmann::json;

}  // namespace

Time restart_kubelet(node::Host& host, const node::Node& node, const std::stop_token& stop) {
  const auto result =
      host.run(node.id,
               {"bash", "-c",
                "systemctl daemon-reload && systemctl stop kubelet && date +%s && systemctl start kubelet"},
               "", stop);
  if (result.exit_code != 0) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("kubelet of '{}' could not be started anew", node.name),
                       .cause = fmt::format("exit code {}", result.exit_code),
                       .detail = result.output});
  }
  return node::moment_in(result.output);
}

bool tells_limits(const json& object, const Expected& expected, std::string& seen) {
  if (!cluster::is_back(object, expected.restarted, seen)) {
    return false;
  }
  const auto cpu = text_at(object, {"status", "capacity", "cpu"});
  const auto memory = text_at(object, {"status", "capacity", "memory"});
  const auto millis = expected.limits.cpu_millis.value_or(0);
  const auto cores = millis == 0 ? expected.machine.cpus : (millis + 999) / 1000;
  const auto limit = expected.limits.memory_bytes.value_or(0);
  const auto bytes = limit == 0 ? expected.machine.memory_bytes : limit;
  const auto told = config::parse_memory_bytes(memory);
  if (config::parse_cpu_millis(cpu) == cores * 1000 && told && *told / 1024 == bytes / 1024) {
    return true;
  }
  seen = fmt::format("its kubelet tells {} processors and memory {}", cpu, memory);
  // A report of the second in which it started may be its predecessor's.
  std::string ignored;
  if (cluster::is_back(object, expected.restarted + std::chrono::seconds(1), ignored)) {
    throw base::Error({.code = base::ErrorCode::command_failed,
                       .message = fmt::format("node '{}' does not know its limits", expected.node),
                       .cause = seen,
                       .remedy = "ingot node logs " + expected.node});
  }
  return false;
}

}  // namespace ingot::lifecycle
