// SPDX-License-Identifier: Apache-2.0
#include "gpu_input.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace ingot::cli {

namespace {

using attach::Wish;

constexpr int kMostGpus = 1000;
constexpr const char* kNoPlugin = "none";
constexpr const char* kNoGpus = "no node is to have GPUs: --gpus is missing";

// "all" or a number above 0; false for anything else.
bool read_amount(const std::string& text, Wish& wish) {
  if (text == "all") {
    wish.all = true;
    return true;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), wish.count);
  return error == std::errc() && end == text.data() + text.size() && wish.count > 0 &&
         wish.count <= kMostGpus;
}

bool is_number(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "demo-worker2" or "worker2" of cluster "demo"; empty: there is none.
std::string node_named(const std::string& word, const config::ClusterSpec& spec) {
  const auto names = config::node_names(spec);
  for (const auto& name : {word, spec.name + "-" + word}) {
    if (std::ranges::find(names, name) != names.end()) {
      return name;
    }
  }
  return {};
}

[[noreturn]] void refuse(std::vector<std::string> problems,
                         const char* remedy = "--gpus all, --gpus 2, or --gpus worker2=0,1") {
  throw base::Error({.code = base::ErrorCode::invalid_input,
                     .message = "GPUs cannot be given so",
                     .problems = std::move(problems),
                     .remedy = remedy});
}

attach::Offering read_offering(const GpuInput& input, std::vector<std::string>& problems) {
  attach::Offering offering;
  if (!input.replicas.empty()) {
    const auto& text = input.replicas;
    int replicas = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), replicas);
    if (error != std::errc() || end != text.data() + text.size() || replicas < 1 ||
        replicas > config::kMostGpuReplicas) {
      problems.push_back(
          fmt::format("'{}' is no number of replicas; write 1 to {}", text, config::kMostGpuReplicas));
    }
    offering.replicas = replicas;
  }
  if (!input.plugin.empty()) {
    offering.own_plugin = input.plugin != kNoPlugin;
  }
  if (input.plugin == kNoPlugin && !input.replicas.empty()) {
    problems.emplace_back("how pods share a GPU is the other plugin's to say, where ingot's is not wanted");
  }
  return offering;
}

// As `gpu attach` takes it.
std::string flags_of(const attach::Offering& offering) {
  return (offering.replicas ? fmt::format(" --replicas {}", *offering.replicas) : "") +
         (offering.own_plugin ? fmt::format(" --plugin {}", *offering.own_plugin ? "ingot" : kNoPlugin) : "");
}

// What is wanted of GPUs where there are none.
bool says_how_alone(const GpuInput& input) {
  return input.gpus.empty() && (!input.replicas.empty() || !input.plugin.empty());
}

// "NODE=DEVICE,DEVICE", where a device may be "vendor.com/gpu=0" itself; so the first "=" is a node's only
// where what stands before it is no kind.
bool is_for_a_node(const std::string& text) {
  const auto equals = text.find('=');
  return equals != std::string::npos && text.find('/') > equals;
}

std::vector<std::string> nodes_for_all(const config::ClusterSpec& spec) {
  const auto names = config::node_names(spec);
  std::vector<std::string> workers;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (spec.nodes[i].role == config::Role::worker) {
      workers.push_back(names[i]);
    }
  }
  return workers.empty() ? names : workers;
}

class Reading {
 public:
  explicit Reading(const config::ClusterSpec& spec) : spec_(spec) {}

  std::vector<Wish> run(const GpuInput& input) {
    read_file();
    for (const auto& text : input.gpus) {
      if (!is_for_a_node(text)) {
        read_for_all(text);
      }
    }
    for (const auto& text : input.gpus) {
      if (is_for_a_node(text)) {
        read_for_node(text);
      }
    }
    offer(input);
    if (!problems_.empty()) {
      refuse(std::move(problems_));
    }
    std::vector<Wish> wishes;
    for (auto& [node, wish] : wishes_) {
      wishes.push_back(std::move(wish));
    }
    return wishes;
  }

 private:
  void read_file() {
    const auto names = config::node_names(spec_);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto& gpus = spec_.nodes[i].gpus;
      Wish wish{.node = names[i]};
      if (gpus.empty() || gpus == "0") {
        continue;
      }
      if (!read_amount(gpus, wish)) {
        wish.names = base::split(gpus, ',');
      }
      wishes_[names[i]] = std::move(wish);
    }
  }

  void read_for_all(const std::string& text) {
    Wish wish;
    if (!read_amount(text, wish)) {
      problems_.push_back(
          fmt::format("'{}' is neither all, nor a number, nor of the form NODE=DEVICE", text));
      return;
    }
    for (const auto& node : nodes_for_all(spec_)) {
      wish.node = node;
      wishes_[node] = wish;
    }
  }

  void read_for_node(const std::string& text) {
    const auto word = text.substr(0, text.find('='));
    const auto node = node_named(word, spec_);
    if (node.empty()) {
      problems_.push_back(fmt::format("'{}': there will be no node '{}'; there will be {}", text, word,
                                      base::join(config::node_names(spec_), ", ")));
      return;
    }
    Wish wish{.node = node};
    wish.names = base::split(text.substr(word.size() + 1), ',');
    if (!named_.insert(node).second) {
      problems_.push_back(fmt::format("'{}': {} is named twice; separate its devices by commas", text, node));
    }
    if (std::ranges::find(wish.names, std::string()) != wish.names.end()) {
      problems_.push_back(fmt::format("'{}': a device has no name", text));
    }
    wishes_[node] = std::move(wish);
  }

  void offer(const GpuInput& input) {
    const auto given = read_offering(input, problems_);
    const auto names = config::node_names(spec_);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const auto wish = wishes_.find(names[i]); wish != wishes_.end()) {
        wish->second.offering = given;
        if (!given.replicas && spec_.nodes[i].gpu_replicas) {
          wish->second.offering.replicas = static_cast<int>(*spec_.nodes[i].gpu_replicas);
        }
      }
    }
    if (wishes_.empty() && says_how_alone(input)) {
      problems_.emplace_back(kNoGpus);
    }
  }

  const config::ClusterSpec& spec_;
  std::map<std::string, Wish> wishes_;
  std::set<std::string> named_;
  std::vector<std::string> problems_;
};

}  // namespace

gpu::Roots gpu_roots(const Environment& environment) {
  gpu::Roots roots{.base = std::string(lookup(environment, "INGOT_GPU_ROOT"))};
  if (const auto folders = lookup(environment, "INGOT_CDI_DIRS"); !folders.empty()) {
    roots.cdi = base::split(folders, ':');
  } else {
    for (auto& folder : roots.cdi) {
      folder = roots.base + folder;
    }
  }
  const auto library = lookup(environment, "INGOT_NVML_LIBRARY");
  if (library != "off" && (roots.base.empty() || !library.empty())) {
    roots.nvml_command = {"/proc/self/exe", "__nvml"};
    if (!library.empty()) {
      roots.nvml_command.emplace_back(library);
    }
  }
  return roots;
}

void declare_gpus(Flags& flags, GpuInput& input, const std::string& of) {
  flags.values("--gpus", "GPUS", "GPUs and other devices" + of, input.gpus);
}

void declare_offering(Flags& flags, GpuInput& input, const std::string& prefix) {
  flags.value(prefix + "replicas", "N", "let so many pods share each of them; 1 unless given",
              input.replicas);
  flags.value(prefix + "plugin", "WHICH", "who offers them to pods; none: a plugin of yours", input.plugin)
      .choices = {"ingot", kNoPlugin};
}

attach::Offering read_offering(const GpuInput& input) {
  std::vector<std::string> problems;
  auto offering = read_offering(input, problems);
  if (!problems.empty()) {
    refuse(std::move(problems), "--replicas 2, or --plugin none");
  }
  return offering;
}

std::vector<attach::Wish> gpu_wishes(const GpuInput& input, const config::ClusterSpec& spec) {
  return Reading(spec).run(input);
}

std::optional<attach::Wish> gpu_wish(const GpuInput& input) {
  std::vector<std::string> problems;
  Wish wish{.offering = read_offering(input, problems)};
  if (says_how_alone(input)) {
    problems.emplace_back(kNoGpus);
  } else if (!input.gpus.empty() && (input.gpus.size() != 1 || !read_amount(input.gpus.front(), wish))) {
    problems.push_back(fmt::format("'{}' is neither all nor a number", base::join(input.gpus, " ")));
  }
  if (!problems.empty()) {
    refuse(std::move(problems));
  }
  return input.gpus.empty() ? std::nullopt : std::optional(std::move(wish));
}

attach::Wish gpu_wish_of_instance(const GpuInput& input) {
  constexpr std::string_view kDockersWord = "device=";
  Wish wish;
  if (input.gpus.size() == 1 && input.gpus.front() != "all" && read_amount(input.gpus.front(), wish)) {
    return wish;
  }
  std::vector<std::string> problems;
  for (auto text : input.gpus) {
    if (is_number(text)) {
      problems.push_back(
          fmt::format("--gpus '{0}': a number of GPUs is more than 0 and stands alone; the one "
                      "with this number is device={0}",
                      text));
      continue;
    }
    if (text.starts_with(kDockersWord)) {
      text.erase(0, kDockersWord.size());
    }
    for (auto& name : base::split(text, ',')) {
      if (name.empty()) {
        problems.push_back(fmt::format("--gpus '{}': a device has no name", text));
      }
      wish.names.push_back(std::move(name));
    }
  }
  if (!problems.empty()) {
    base::Failure failure{.code = base::ErrorCode::invalid_input, .message = "--gpus is not valid"};
    failure.problems = std::move(problems);
    throw base::Error(std::move(failure));
  }
  return wish;
}

void warn_of_other_machine(Context& context) {
  if (!context.session().engine_is_local()) {
    context.warn(
        "the engine is reached over the network: devices are described by this machine's files, and given by "
        "the engine's machine, where they must be the same");
  }
}

void give_gpus(Context& context, const std::vector<attach::Request>& requests) {
  const auto roots = gpu_roots(context.host.environment);
  for (const auto& request : requests) {
    auto operation = context.operation("attach node/" + request.node);
    try {
      context.session().change_devices(roots, request, {}, context.host.interrupts, operation.events());
    } catch (const base::Error& error) {
      base::Failure failure = error.failure();
      failure.message = fmt::format("'{}' runs, but has not got its GPUs: {}", request.node, failure.message);
      failure.remedy = fmt::format("ingot gpu attach {} {}{}", request.node, base::join(request.devices, " "),
                                   flags_of(request.offering));
      throw base::Error(std::move(failure));
    }
  }
}

}  // namespace ingot::cli
