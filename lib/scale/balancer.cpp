// SPDX-License-Identifier: Apache-2.0
#include "scale/balancer.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "tar/tar.hpp"

#include <fmt/format.h>

namespace ingot::scale {

namespace {

constexpr std::chrono::seconds kStopLimit{1};
constexpr const char* kNewFile = ".ingot-new";
constexpr int kMustRestart = 3;

// The file of whichever program it runs, as it is to be; and what is there now.
struct Setting {
  tar::File wanted;
  std::string found;
};

Setting read_setting(node::Host& host, const std::string& balancer, const boot::LoadBalancer& wanted,
                     const std::stop_token& stop) {
  constexpr std::string_view kEnvoyServers = "/cds.yaml";
  for (const auto program : {boot::Balancer::haproxy, boot::Balancer::envoy}) {
    for (auto& file : boot::load_balancer_files(program, wanted)) {
      if (program == boot::Balancer::envoy && !file.path.ends_with(kEnvoyServers)) {
        continue;
      }
      if (auto found = host.read_file(balancer, file.path, stop)) {
        return {std::move(file), std::move(*found)};
      }
    }
  }
  throw base::Error({.code = base::ErrorCode::unsupported,
                     .message = fmt::format("the load balancer '{}' cannot be told", wanted.name),
                     .cause = "it is neither HAProxy nor Envoy as ingot and kind set them up"});
}

// Envoy looks at files that are moved, not at those that are written; HAProxy's first process reads again
// when it is told to, if it is not the one that works, too.
//
// No bracket is in front of a quotation mark: clang-format 14 takes that for the end of the text, and puts
// the rest in order.
constexpr const char* kExchange = R"sh(mv "$1" "$0" || exit 1
read -r name </proc/1/comm
[ "$name" = haproxy ] || exit 0
for child in $(cat /proc/1/task/1/children); do
  read -r name <"/proc/$child/comm"
  [ "$name" != haproxy ] || exec kill -USR2 1
done
exit 3)sh";

}  // namespace

bool leads_to(node::Host& host, const std::string& balancer, const boot::LoadBalancer& wanted,
              const std::stop_token& stop) {
  const auto setting = read_setting(host, balancer, wanted, stop);
  return setting.found == setting.wanted.content;
}

void lead_to(node::Host& host, const std::string& balancer, const boot::LoadBalancer& wanted,
             const std::stop_token& stop) {
  auto file = read_setting(host, balancer, wanted, stop).wanted;
  const auto path = file.path;
  file.path += kNewFile;
  host.put_files(balancer, tar::pack({file}), stop);
  const auto result = host.run(balancer, {"/bin/sh", "-c", kExchange, path, file.path}, "", stop);
  if (result.exit_code == kMustRestart) {
    host.stop(balancer, kStopLimit, stop);
    host.start(balancer, stop);
  } else if (result.exit_code != 0) {
    throw base::Error(base::ErrorCode::command_failed,
                      fmt::format("the load balancer '{}' could not be told", wanted.name),
                      std::string(base::trim(result.output)));
  }
}

}  // namespace ingot::scale
