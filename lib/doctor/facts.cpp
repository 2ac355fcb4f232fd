// SPDX-License-Identifier: Apache-2.0
#include "doctor/facts.hpp"

#include "base/fd.hpp"
#include "base/text.hpp"
#include "doctor/trial.hpp"
#include "node/kernel.hpp"

#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace ingot::doctor {

namespace {

std::optional<std::string> read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return std::nullopt;
  }
  return text.str();
}

template <typename Number = std::int64_t>
std::optional<Number> to_number(std::string_view text, int radix = 10) {
  const auto trimmed = base::trim(text);
  Number number = 0;
  const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number, radix);
  return error == std::errc() && end == trimmed.data() + trimmed.size() ? std::optional(number)
                                                                        : std::nullopt;
}

std::optional<std::int64_t> read_number(const std::string& path) {
  const auto text = read(path);
  return text ? to_number(*text) : std::nullopt;
}

// The value of "Name:   value" in files such as /proc/meminfo.
std::optional<std::string> field(const std::string& text, std::string_view name) {
  for (const auto& line : base::split(text, '\n')) {
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ':') {
      return std::string(base::trim(std::string_view(line).substr(name.size() + 1)));
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> kibibytes(const std::string& meminfo, std::string_view name) {
  const auto value = field(meminfo, name);
  const auto number = value ? to_number(value->substr(0, value->find(' '))) : std::nullopt;
  return number ? std::optional(*number * 1024) : std::nullopt;
}

// The smaller of what is free and what a limit on the outermost cgroup leaves (in a container that holds the
// engine).
std::optional<std::int64_t> memory_available(const HostPaths& roots, const std::string& meminfo) {
  auto available = kibibytes(meminfo, "MemAvailable");
  const auto limit = read_number(roots.sys + "/fs/cgroup/memory.max");
  const auto used = read_number(roots.sys + "/fs/cgroup/memory.current");
  if (available && limit && used) {
    available = std::min(*available, *limit - *used);
  }
  return available;
}

std::optional<std::int64_t> pids_limit(const HostPaths& roots) {
  const auto v2 = read_number(roots.sys + "/fs/cgroup/pids.max");
  return v2 ? v2 : read_number(roots.sys + "/fs/cgroup/pids/pids.max");
}

std::optional<FreeSpace> free_space(const std::string& folder) {
  struct statvfs space {};
  if (folder.empty() || statvfs(folder.c_str(), &space) != 0) {
    return std::nullopt;
  }
  return FreeSpace{.folder = folder, .bytes = space.f_bavail * space.f_frsize, .files = space.f_favail};
}

std::optional<std::int64_t> open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max == RLIM_INFINITY) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(limit.rlim_max);
}

std::string try_port() {
  const base::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!socket || bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(socket.get(), 1) != 0) {
    return std::generic_category().message(errno);
  }
  return {};
}

template <typename Ask>
auto ask(Ask&& question) -> Asked<decltype(question())> {
  try {
    return {.answer = std::forward<Ask>(question)(), .failure = {}};
  } catch (const base::Error& error) {
    return {.answer = std::nullopt, .failure = error.failure()};
  }
}

bool is_node_image(const docker::ImageInfo& image) {
  const auto is_kinds = [](const std::string& tag) {
    return tag.starts_with("kindest/node:") || tag.starts_with("docker.io/kindest/node:");
  };
  return image.labels.contains("dev.ingot.node-image") || std::ranges::any_of(image.tags, is_kinds);
}

std::vector<std::string> node_images(docker::Engine& engine, const std::string& wanted,
                                     const std::stop_token& stop) {
  std::vector<std::string> references;
  if (!wanted.empty() && engine.inspect_image(wanted, stop)) {
    references.push_back(wanted);
  }
  for (const auto& image : engine.list_images({}, stop)) {
    if (is_node_image(image) && !image.tags.empty() && image.tags.front() != wanted) {
      references.push_back(image.tags.front());
    }
  }
  return references;
}

EngineAnswers ask_engine(node::Host& host, const Question& question, const std::stop_token& stop) {
  EngineAnswers engine;
  engine.info = ask([&] { return host.info(stop); });
  if (!engine.info.answer) {
    return engine;
  }
  engine.networks = ask([&] { return host.engine().list_networks(stop); });
  engine.node_images = ask([&] { return node_images(host.engine(), question.image, stop); });
  if (engine.node_images.answer && !engine.node_images.answer->empty()) {
    engine.trial = ask(
        [&] { return try_privileged(host, *engine.info.answer, engine.node_images.answer->front(), stop); });
  }
  return engine;
}

Distance distance_of(const EngineAnswers& engine, const MachineFacts& machine) {
  if (!engine.info.answer) {
    return Distance::unknown;
  }
  if (engine.info.answer->kernel_version != machine.kernel_release) {
    return Distance::elsewhere;
  }
  return engine.info.answer->name == machine.host_name ? Distance::here : Distance::same_kernel;
}

}  // namespace

MachineFacts look_at_machine(const HostPaths& roots, const std::string& engine_folder) {
  const std::string settings = roots.proc + "/sys/";
  const std::string meminfo = read(roots.proc + "/meminfo").value_or("");
  const auto filesystems = read(roots.proc + "/filesystems");
  const auto bounds = field(read(roots.proc + "/self/status").value_or(""), "CapBnd");
  const auto forward = read_number(settings + "net/ipv4/ip_forward");
  MachineFacts machine;
  machine.host_name = base::trim(read(settings + "kernel/hostname").value_or(""));
  machine.kernel_release = base::trim(read(settings + "kernel/osrelease").value_or(""));
  if (!machine.kernel_release.empty()) {
    const node::KernelFiles kernel{.proc = roots.proc, .modules = roots.modules};
    machine.ipv6 = node::kernel_has_ipv6(kernel);
    machine.ipvs = node::kernel_has_ipvs(kernel);
  }
  machine.capability_bounds = bounds ? to_number<std::uint64_t>(*bounds, 16) : std::nullopt;
  machine.inotify_instances = read_number(settings + "fs/inotify/max_user_instances");
  machine.inotify_watches = read_number(settings + "fs/inotify/max_user_watches");
  machine.pid_max = read_number(settings + "kernel/pid_max");
  machine.pids_limit = pids_limit(roots);
  machine.open_files = open_files();
  machine.memory_available = memory_available(roots, meminfo);
  machine.swap_total = kibibytes(meminfo, "SwapTotal");
  if (forward) {
    machine.ip_forward = *forward != 0;
  }
  if (filesystems) {
    machine.overlay_known = filesystems->find("\toverlay\n") != std::string::npos;
  }
  machine.bridge_filter = access((settings + "net/bridge/bridge-nf-call-iptables").c_str(), F_OK) == 0;
  machine.systemd = access((roots.run + "/systemd/system").c_str(), F_OK) == 0;
  machine.engine_disk = free_space(engine_folder);
  return machine;
}

std::string find_program(const std::string& name, const std::string& path_env) {
  for (const auto& folder : base::split(path_env, ':')) {
    const std::string path = (folder.empty() ? "." : folder) + "/" + name;
    struct stat status {};
    if (stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0) {
      return path;
    }
  }
  return {};
}

Facts gather(node::Host& host, const Question& question, const std::stop_token& stop) {
  Facts facts{.question = question, .engine = ask_engine(host, question, stop), .machine = {}};
  facts.machine =
      look_at_machine(question.roots, facts.engine.info.answer ? facts.engine.info.answer->root_dir : "");
  facts.distance = distance_of(facts.engine, facts.machine);
  facts.port_failure = try_port();
  facts.kubectl_path = find_program("kubectl", question.path_env);
  try {
    facts.gpus = gpu::take_stock(question.gpus, stop);
  } catch (const base::Error& error) {
    facts.gpus.problems.push_back(error.failure().message);
  }
  return facts;
}

}  // namespace ingot::doctor
