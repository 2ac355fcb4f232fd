// SPDX-License-Identifier: Apache-2.0
#include "instance/validate.hpp"

#include "base/error.hpp"
#include "config/cidr.hpp"
#include "instance/access.hpp"
#include "instance/user_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ingot::instance {

namespace {

constexpr std::size_t kShortestName = 2;  // engines want that of containers
constexpr std::size_t kLongestName = 63;
constexpr int kMostPorts = 65535;
constexpr std::int64_t kLeastMemory = std::int64_t{128}
                                      << 20;  // systemd and a Docker engine do not start with less
constexpr std::int64_t kFewestPids = 64;

bool is_small_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_small_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_';
  });
}

bool is_volume_name(std::string_view text) {
  return text.size() > 1 && std::ranges::all_of(text, [](char c) {
           return is_small_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
         });
}

class Findings {
 public:
  explicit Findings(const Spec& spec) : spec_(spec) {}

  std::vector<std::string> run() {
    check_names();
    check_ports();
    check_mounts();
    check_env();
    check_limits();
    for (auto& problem : problems_of_user_data(spec_.user_data)) {
      add("user data: {}", problem);
    }
    return std::move(problems_);
  }

 private:
  template <typename... Values>
  void add(fmt::format_string<Values...> text, Values&&... values) {
    problems_.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  void check_names() {
    if (!is_name(spec_.name)) {
      add("the name '{}' is no host name: small letters, digits and '-' inside, {} to {}", spec_.name,
          kShortestName, kLongestName);
    }
    if (!spec_.disk.empty() && !is_volume_name(spec_.disk)) {
      add("the disk '{}' is no volume name: letters, digits, '_', '-' and '.'", spec_.disk);
    }
    if (spec_.restart_policy != "no" && spec_.restart_policy != "unless-stopped") {
      add("the restart policy is 'no' or 'unless-stopped', not '{}'", spec_.restart_policy);
    }
  }

  void check_address(const std::string& what, const std::string& address, int port) {
    if (!address.empty() && !config::parse_ip(address)) {
      add("{}: '{}' is no IP address", what, address);
    }
    if (port < 0 || port > kMostPorts) {
      add("{}: there is no port {}", what, port);
    }
  }

  void check_ports() {
    std::set<std::string> taken;
    const auto take = [&](const std::string& what, const std::string& address, int port,
                          const std::string& protocol) {
      if (port != 0 && !taken.insert(fmt::format("{}:{}/{}", address, port, protocol)).second) {
        add("{}: port {} of '{}' is published twice", what, port, address);
      }
    };
    check_address("SSH", spec_.ssh_address, spec_.ssh_port);
    take("SSH", spec_.ssh_address, spec_.ssh_port, "tcp");
    for (const auto& port : spec_.ports) {
      const auto what = fmt::format("port {}/{}", port.container_port, port.protocol);
      check_address(what, port.host_address, port.host_port);
      if (port.container_port < 1 || port.container_port > kMostPorts) {
        add("{}: there is no such port", what);
      }
      if (port.container_port == kSshPort && port.protocol == "tcp") {
        add("{}: SSH is published by itself; --ssh says where", what);
      }
      take(what, port.host_address, port.host_port, port.protocol);
    }
  }

  void check_mounts() {
    std::set<std::string> targets;
    for (const auto& mount : spec_.mounts) {
      if (!mount.source.starts_with('/')) {
        add("mount '{}': the path on this machine is not absolute", mount.source);
      }
      if (!mount.target.starts_with('/') || mount.target == "/") {
        add("mount '{}': '{}' is no absolute path below '/'", mount.source, mount.target);
      }
      if (mount.target == "/var" || mount.target == "/run" || mount.target == "/tmp") {
        add("mount '{}': '{}' is the instance's own", mount.source, mount.target);
      }
      if (!targets.insert(mount.target).second) {
        add("mount '{}': something is mounted on '{}' already", mount.source, mount.target);
      }
    }
  }

  void check_env() {
    for (const auto& variable : spec_.env) {
      const auto name = variable.substr(0, variable.find('='));
      if (!is_variable_name(name) || name.size() == variable.size()) {
        add("'{}' is no variable: NAME=VALUE", variable);
      } else if (variable.find('\n') != std::string::npos) {
        add("the value of '{}' has several lines", name);
      }
    }
  }

  void check_limits() {
    const auto& limits = spec_.limits;
    if (limits.memory_bytes.value_or(0) != 0 && *limits.memory_bytes < kLeastMemory) {
      add("{} of memory are too little: an instance needs {}", config::to_memory_text(*limits.memory_bytes),
          config::to_memory_text(kLeastMemory));
    }
    if (limits.pids.value_or(0) != 0 && *limits.pids < kFewestPids) {
      add("{} processes are too few: an instance needs {}", *limits.pids, kFewestPids);
    }
  }

  const Spec& spec_;
  std::vector<std::string> problems_;
};

}  // namespace

bool is_name(std::string_view text) {
  return text.size() >= kShortestName && text.size() <= kLongestName && text.front() != '-' &&
         text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_small_or_digit(c) || c == '-'; });
}

std::vector<std::string> problems_of(const Spec& spec) {
  return Findings(spec).run();
}

void check(const Spec& spec) {
  auto problems = problems_of(spec);
  if (problems.empty()) {
    return;
  }
  base::Failure failure;
  failure.code = base::ErrorCode::invalid_input;
  failure.message =
      problems.size() == 1 ? problems.front() : fmt::format("instance '{}' cannot be made so", spec.name);
  if (problems.size() > 1) {
    failure.problems = std::move(problems);
  }
  throw base::Error(std::move(failure));
}

}  // namespace ingot::instance
