// SPDX-License-Identifier: Apache-2.0
#include "instance_input.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "parse.hpp"
#include "text_input.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <functional>

namespace ingot::cli {

namespace {

using Problems = std::vector<std::string>;

std::optional<int> to_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(port) : std::nullopt;
}

// "a:b:c" at the colons that are in no brackets; the brackets go: "[::1]:80" is "::1" and "80".
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts(1);
  bool inside = false;
  for (const char c : text) {
    if (c == '[' || c == ']') {
      inside = c == '[';
    } else if (c == ':' && !inside) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// "[ADDRESS:]HOST:CONTAINER[/PROTOCOL]", or CONTAINER alone.
void add_port(const std::string& text, instance::Spec& spec, Problems& problems) {
  docker::PortBinding port{.host_address = "127.0.0.1"};
  const auto slash = text.find('/');
  if (slash != std::string::npos) {
    port.protocol = text.substr(slash + 1);
  }
  auto parts = parts_of(text.substr(0, slash));
  const auto inner = to_port(parts.back());
  const auto outer = parts.size() > 1 ? to_port(parts[parts.size() - 2]) : std::optional(0);
  const bool known = port.protocol == "tcp" || port.protocol == "udp" || port.protocol == "sctp";
  if (parts.size() > 3 || !inner || !outer || !known) {
    problems.push_back(fmt::format("--port '{}' is not [ADDRESS:]HOST:CONTAINER[/tcp|udp|sctp]", text));
    return;
  }
  if (parts.size() == 3) {
    port.host_address = parts.front();
  }
  port.host_port = *outer;
  port.container_port = *inner;
  spec.ports.push_back(std::move(port));
}

// "HOST:CONTAINER[:ro]"
void add_mount(const std::string& text, const std::string& working_dir, instance::Spec& spec,
               Problems& problems) {
  const auto parts = base::split(text, ':');
  const bool read_only = parts.size() == 3 && parts[2] == "ro";
  if (parts.size() < 2 || parts.size() > 3 || parts[0].empty() ||
      (parts.size() == 3 && !read_only && parts[2] != "rw")) {
    problems.push_back(fmt::format("--mount '{}' is not PATH:PATH-IN-INSTANCE[:ro]", text));
    return;
  }
  const auto source = (std::filesystem::path(working_dir) / parts[0]).lexically_normal().string();
  spec.mounts.push_back({.source = source, .target = parts[1], .read_only = read_only});
}

// "[ADDRESS:]PORT"
void set_ssh(const std::string& text, instance::Spec& spec, Problems& problems) {
  if (text.empty()) {
    return;
  }
  const auto parts = parts_of(text);
  const auto port = to_port(parts.back());
  if (parts.size() > 2 || !port) {
    problems.push_back(fmt::format("--ssh '{}' is not [ADDRESS:]PORT", text));
    return;
  }
  spec.ssh_port = *port;
  if (parts.size() == 2) {
    spec.ssh_address = parts.front();
  }
}

// "NAME=VALUE", or NAME as it is here.
void add_variable(const std::string& text, const Environment& environment, instance::Spec& spec,
                  Problems& problems) {
  if (text.find('=') != std::string::npos) {
    spec.env.push_back(text);
  } else if (const auto found = environment.find(text); found != environment.end()) {
    spec.env.push_back(fmt::format("{}={}", text, found->second));
  } else {
    problems.push_back(fmt::format("--env '{}' is not set here; NAME=VALUE says a value", text));
  }
}

// "KEY=VALUE", or KEY alone.
void add_label(const std::string& text, instance::Spec& spec, Problems& problems) {
  const auto equals = std::min(text.find('='), text.size());
  const auto key = text.substr(0, equals);
  if (key.empty()) {
    problems.push_back(fmt::format("--label '{}' is not KEY=VALUE", text));
  } else if (key.starts_with("dev.ingot.") || key.starts_with("io.x-k8s.kind.")) {
    problems.push_back(fmt::format("--label '{}' is of those that ingot itself has", text));
  } else if (!spec.labels.emplace(key, text.substr(std::min(equals + 1, text.size()))).second) {
    problems.push_back(fmt::format("--label '{}' is given twice", key));
  }
}

// What `work` has to say of its input joins the other problems.
void gather(Problems& problems, const std::function<void()>& work) {
  try {
    work();
  } catch (const base::Error& error) {
    const auto& failure = error.failure();
    if (failure.code != base::ErrorCode::invalid_input) {
      throw;
    }
    if (failure.problems.empty()) {
      problems.push_back(failure.cause.empty() ? failure.message : failure.message + ": " + failure.cause);
    }
    problems.insert(problems.end(), failure.problems.begin(), failure.problems.end());
  }
}

// Whoever mends a command line is to mend it once.
void add_device_problems(const instance::Spec& spec, Problems& problems, Context& context) {
  if (!spec.gpus.any()) {
    return;
  }
  try {
    gather(problems, [&] {
      context.session().check_devices(gpu_roots(context.host.environment), spec.name, spec.gpus,
                                      context.stop());
    });
  } catch (
      const base::Error&) {  // NOLINT(bugprone-empty-catch): an engine that does not answer is told next time
  }
}

}  // namespace

void declare_input(Flags& flags, InstanceInput& input) {
  flags.positional(
      {.name = "NAME", .help = "its name, and its host name", .limit = 1, .target = &input.name});
  flags.value("--image", "IMAGE", "what it is made of; the engine's instance image unless given",
              input.image);
  flags.value("--cluster", "NAME", "join this cluster's network, with its kubeconfig inside", input.cluster)
      .meaning = Meaning::cluster;
  flags.value("--network", "NAME", "of the engine; kind unless given", input.network);
  declare_limits(flags, input.limits, " of the instance");
  declare_gpus(flags, input.gpus, ": all, a number, or names such as device=0,1");
  flags.values("--mount", "PATH:PATH[:ro]", "a folder or file of this machine", input.mounts).meaning =
      Meaning::file;
  flags.values("-p,--port", "[ADDRESS:]HOST:CONTAINER",
               "publish a port, on 127.0.0.1 unless an address is given", input.ports);
  flags.values("-e,--env", "NAME[=VALUE]", "a variable of everything that runs in it", input.env);
  flags.values("-l,--label", "KEY=VALUE", "a label of its container, as ingot watch --label filters by",
               input.labels);
  flags.value("--disk", "VOLUME", "keep /var on this volume, which stays when the instance goes", input.disk);
  flags
      .value("--user-data", "FILE", "#cloud-config or a script for its first start; - is standard input",
             input.user_data)
      .meaning = Meaning::file;
  flags.value("--ssh", "[ADDRESS:]PORT", "where SSH listens; a free port of 127.0.0.1 unless given",
              input.ssh);
  flags.value("--restart", "POLICY", "whether it comes back when the engine starts again", input.restart)
      .choices = {"unless-stopped", "no"};
}

instance::Spec make_instance_spec(const InstanceInput& input, Context& context) {
  instance::Spec spec{.name = input.name.empty() ? std::string() : input.name.front(),
                      .image = input.image,
                      .cluster = input.cluster,
                      .network = input.network,
                      .disk = input.disk};
  Problems problems;
  gather(problems, [&] { spec.limits = to_limits(input.limits); });
  for (const auto& port : input.ports) {
    add_port(port, spec, problems);
  }
  for (const auto& mount : input.mounts) {
    add_mount(mount, context.host.working_dir, spec, problems);
  }
  for (const auto& variable : input.env) {
    add_variable(variable, context.host.environment, spec, problems);
  }
  for (const auto& label : input.labels) {
    add_label(label, spec, problems);
  }
  set_ssh(input.ssh, spec, problems);
  if (!input.restart.empty()) {
    spec.restart_policy = input.restart;
  }
  if (!input.user_data.empty()) {
    gather(problems, [&] { spec.user_data = read_text(input.user_data, "user data", context); });
  }
  gather(problems, [&] { session::Session::check_instance(spec); });
  gather(problems, [&] { spec.gpus = gpu_wish_of_instance(input.gpus); });
  if (!problems.empty()) {
    add_device_problems(spec, problems, context);
    base::Failure failure;
    failure.code = base::ErrorCode::invalid_input;
    failure.message = problems.size() == 1 ? problems.front() : "the instance cannot be made so";
    if (problems.size() > 1) {
      failure.problems = std::move(problems);
    }
    throw base::Error(std::move(failure));
  }
  return spec;
}

}  // namespace ingot::cli
