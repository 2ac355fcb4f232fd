// SPDX-License-Identifier: Apache-2.0
#include "instance/run.hpp"

#include "attach/reserve.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "base/wait.hpp"
#include "cluster/ports.hpp"
#include "device/agent.hpp"
#include "device/holding.hpp"
#include "instance/access.hpp"
#include "instance/choice.hpp"
#include "instance/container.hpp"
#include "instance/join.hpp"
#include "instance/labels.hpp"
#include "instance/machine.hpp"
#include "instance/observe.hpp"
#include "instance/remove.hpp"
#include "instance/user_data.hpp"
#include "instance/validate.hpp"

#include <fmt/format.h>

#include <optional>

namespace ingot::instance {

namespace {

using docker::label_of;

// An instance in the making: what was found, and the values that steps hand to one another.
class Run {
 public:
  Run(node::Host& host, const Spec& spec, const RunOptions& options, bool engine_is_local,
      const std::stop_token& stop)
      : host_(host), spec_(spec), options_(options), engine_is_local_(engine_is_local) {
    check(spec);
    choose_devices(stop);
    refuse_existing(host, spec.name, stop);
    facts_ = node::to_facts(host.info(stop));
    placement_.image = choose_image(host, spec, stop);
    must_pull_ = !spec.image.empty() && !host.engine().inspect_image(spec.image, stop);
    placement_.network = choose_network(host, spec, stop);
    placement_.disk = spec.disk.empty() ? own_disk(spec.name) : spec.disk;
    placement_.run_id = node::new_run_id();
    placement_.tool_version = options.tool_version;
    placement_.proxy_env = options.proxy_env;
  }

  [[nodiscard]] plan::Plan make_plan() {
    plan::Plan plan;
    std::vector<std::string> needs{"network"};
    if (must_pull_) {
      add(plan, "image", "pull " + placement_.image, "the engine does not have it", {}, &Run::pull);
      needs.emplace_back("image");
    }
    add(plan, "network", "network " + placement_.network, "an address is chosen on it", {},
        &Run::find_address);
    if (!spec_.cluster.empty()) {
      add(plan, "cluster", "ask cluster " + spec_.cluster, "its services shall be reached from the instance",
          {}, &Run::ask_cluster);
      needs.emplace_back("cluster");
    }
    plan.add({.id = "create",
              .title = "create instance " + spec_.name,
              .cause = "none exists",
              .needs = std::move(needs),
              .run = [this](plan::StepContext& context) { create(context); },
              .undo = [this](const std::stop_token& stop) { take_back(stop); }});
    add(plan, "start", "start instance " + spec_.name, "it was created", {"create"}, &Run::start);
    if (catalogue_) {
      add(plan, "devices", "give its devices to " + spec_.name, "it shall have " + base::join(devices_, ", "),
          {"start"}, &Run::hold_devices);
    }
    if (options_.wait) {
      add(plan, "boot", "wait for its services", "systemd starts them", {plan.steps().back().id}, &Run::boot);
    }
    return plan;
  }

  [[nodiscard]] RunResult result() const {
    return {.name = spec_.name,
            .id = id_,
            .image = placement_.image,
            .network = placement_.network,
            .address = address_,
            .cluster = spec_.cluster,
            .disk = placement_.disk,
            .devices = devices_,
            .ssh = ssh_,
            .failed_units = system_.failed_units};
  }

 private:
  void add(plan::Plan& plan, std::string id, std::string title, std::string cause,
           std::vector<std::string> needs, void (Run::*run)(plan::StepContext&)) {
    plan.add({.id = std::move(id),
              .title = std::move(title),
              .cause = std::move(cause),
              .needs = std::move(needs),
              .run = [this, run](plan::StepContext& context) { (this->*run)(context); }});
  }

  // --- what is there

  void choose_devices(const std::stop_token& stop) {
    if (gpus_.any()) {
      gpus_.node = spec_.name;
      catalogue_ = gpu::take_stock(options_.gpu_roots, stop);
      devices_ = attach::choose(host_, *catalogue_, gpus_, stop);
    }
  }

  // --- steps

  void pull(plan::StepContext& context) {
    host_.pull(
        placement_.image,
        [&](std::int64_t current, std::int64_t total) { context.progress("bytes", current, total); },
        context.stop());
  }

  void find_address(plan::StepContext& context) {
    auto addresses = host_.ensure_network({.name = placement_.network}, context.stop());
    if (addresses.can_pin()) {
      placement_.addresses = addresses.take(spec_.name);
    }
  }

  void ask_cluster(plan::StepContext& context) { cluster_ = access_of(host_, spec_.cluster, context.stop()); }

  void hold_port(docker::PortBinding port) {
    if (engine_is_local_) {
      auto held = cluster::hold_port(port.host_address, port.host_port);
      if (!held) {
        throw base::Error(
            {.code = base::ErrorCode::already_exists,
             .message = fmt::format("port {} of '{}' is taken", port.host_port, port.host_address),
             .remedy = "choose another port"});
      }
      held_ports_.push_back(std::move(*held));
    }
    placement_.ports.push_back(std::move(port));
  }

  void hold_ports() {
    hold_port({.container_port = kSshPort, .host_address = spec_.ssh_address, .host_port = spec_.ssh_port});
    for (const auto& port : spec_.ports) {
      hold_port(port);
    }
    ssh_.address = address_to_reach(spec_.ssh_address);
    ssh_.port = placement_.ports.front().host_port;
  }

  void create(plan::StepContext& context) {
    hold_ports();
    auto& engine = host_.engine();
    docker::Labels labels;
    if (spec_.disk.empty()) {
      labels[std::string(kInstanceLabel)] = spec_.name;
    }
    disk_is_new_ = !engine.inspect_volume(placement_.disk, context.stop());
    // Neither is cancelled half-way: the engine would finish it a moment after undo found nothing.
    engine.create_volume(placement_.disk, labels, {});
    base::check_stop(context.stop());
    id_ = engine.create_container(spec_.name, to_container_spec(spec_, placement_, facts_), {});
    base::check_stop(context.stop());
    host_.put_files(id_, tar::pack(files(context.stop())), context.stop());
    if (catalogue_) {
      devices_ = attach::reserve(host_, *catalogue_, gpus_, id_, context.stop());
    }
  }

  std::vector<tar::File> files(const std::stop_token& stop) {
    const auto identity = make_identity(spec_.name);
    auto files = files_inside(identity);
    const auto append = [&](std::vector<tar::File> more) {
      files.insert(files.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    if (!spec_.env.empty()) {
      // For those who come in by SSH: what PAM sets.
      auto text = host_.read_file(id_, "/etc/environment", stop).value_or("");
      append({{.path = "/etc/environment", .content = text + base::join(spec_.env, "\n") + "\n"}});
    }
    if (cluster_) {
      append(join_files(*cluster_));
    }
    if (catalogue_) {
      append(device::agent_files(false));
    }
    if (!spec_.user_data.empty()) {
      uses_cloud_init_ = has_cloud_init(host_, id_, stop);
      if (uses_cloud_init_) {
        append(cloud_init_seed(spec_.name, placement_.run_id, spec_.user_data));
      } else {
        refuse_unknown_keys();
      }
    }
    save_access(options_.access_folder, spec_.name, ssh_, identity.user, identity.host.public_line);
    return files;
  }

  void refuse_unknown_keys() const {
    auto unknown = unknown_keys(spec_.user_data);
    if (unknown.empty()) {
      return;
    }
    for (auto& key : unknown) {
      key = fmt::format("user data: only cloud-init knows '{}', and the image has none", key);
    }
    base::Failure failure{
        .code = base::ErrorCode::invalid_input,
        .message = fmt::format("the image '{}' cannot do what its user data asks", placement_.image)};
    failure.problems = std::move(unknown);
    throw base::Error(std::move(failure));
  }

  void start(plan::StepContext& context) {
    held_ports_.clear();
    host_.start(id_, context.stop());
    const auto info = host_.inspect(id_, context.stop());
    if (!info) {
      return;
    }
    if (const auto found = info->networks.find(placement_.network); found != info->networks.end()) {
      address_ = found->second.ipv4;
    }
    learn_port(*info);
  }

  void hold_devices(plan::StepContext& context) {
    const auto info = host_.inspect(id_, context.stop());
    if (!info || info->state != "running") {
      throw_ended(host_, id_, context.stop());
    }
    device::hold_again(host_, *info, context.stop());
  }

  // Of an engine elsewhere, which chose it.
  void learn_port(const docker::ContainerInfo& info) {
    for (const auto& port : info.ports) {
      if (ssh_.port == 0 && port.container_port == kSshPort) {
        ssh_.port = port.host_port;
      }
    }
  }

  void boot(plan::StepContext& context) {
    system_ = await_boot(host_, id_, context.stop());
    for (const auto& unit : system_.failed_units) {
      context.warn(fmt::format("{} failed: ingot instance logs {} --unit {}", unit, spec_.name, unit));
    }
    const auto label = host_.engine().inspect_image(placement_.image, context.stop());
    if (cluster_ && (!label || !label->labels.contains(std::string(kImageLabel)))) {
      run_script(host_, id_, "joining the cluster's network", join_script(*cluster_), context.stop());
    }
    if (spec_.user_data.empty()) {
      return;
    }
    if (uses_cloud_init_) {
      check_cloud_init(host_, id_, context.stop());
    } else {
      run_script(host_, id_, "user data", user_data_script(spec_.user_data), context.stop());
    }
  }

  // Also what the engine made although its answer never came. What another run of this name made is that
  // one's.
  void take_back(const std::stop_token& stop) {
    const auto found = host_.inspect(spec_.name, stop);
    if (found && label_of(found->labels, node::kRunLabel) != placement_.run_id) {
      return;
    }
    if (found) {
      host_.remove(found->id, stop);
      forget_access(options_.access_folder, spec_.name);
    }
    if (disk_is_new_) {
      remove_disk(host_, placement_.disk, stop);
    }
  }

  node::Host& host_;
  const Spec& spec_;
  const RunOptions& options_;
  bool engine_is_local_;
  node::EngineFacts facts_;
  Placement placement_;
  attach::Wish gpus_{spec_.gpus};
  std::optional<gpu::Catalogue> catalogue_;  // where devices are asked for
  bool must_pull_ = false;
  // Written by steps:
  std::optional<ClusterAccess> cluster_;
  std::vector<base::Fd> held_ports_;
  bool disk_is_new_ = false;
  std::vector<std::string> devices_;  // chosen before, and again when they are taken
  std::string id_;
  std::string address_;
  SshAccess ssh_;
  bool uses_cloud_init_ = false;
  System system_;
};

[[noreturn]] void throw_outcome(const plan::Outcome& outcome, const Spec& spec, bool is_out_of_time) {
  const bool is_left = !outcome.left_behind.empty();
  base::Failure failure;
  if (outcome.failure) {
    failure = *outcome.failure;
    failure.message = fmt::format("instance '{}' could not be run: {}", spec.name, failure.message);
  } else if (is_out_of_time) {
    failure.code = base::ErrorCode::timed_out;
    failure.message = fmt::format("instance '{}' did not come up in time", spec.name);
  }
  if (is_left) {
    failure.remedy = "ingot instance delete " + spec.name;
  }
  if (!failure.message.empty()) {
    throw base::Error(std::move(failure));
  }
  throw base::Cancelled(is_left ? fmt::format("left behind: instance '{}'", spec.name) : "", failure.remedy);
}

}  // namespace

RunResult run(node::Host& host, const Spec& spec, const RunOptions& options, bool engine_is_local,
              const plan::Interrupts& interrupts, plan::EventSink& sink) {
  const base::TimeLimit limit(options.timeout, interrupts.stop);
  Run run(host, spec, options, engine_is_local, limit.token());
  const auto outcome = plan::execute(
      run.make_plan(),
      {.verb = "run", .subject = "instance/" + spec.name, .undo_on_failure = !options.keep_on_failure},
      {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
  if (outcome.end != plan::Outcome::End::done) {
    throw_outcome(outcome, spec, limit.has_passed());
  }
  auto result = run.result();
  result.elapsed = outcome.elapsed;
  return result;
}

std::string plan_run(node::Host& host, const Spec& spec, const RunOptions& options, bool engine_is_local,
                     const std::stop_token& stop) {
  return Run(host, spec, options, engine_is_local, stop).make_plan().to_text();
}

}  // namespace ingot::instance
