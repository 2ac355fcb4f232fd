// SPDX-License-Identifier: Apache-2.0
// Of machines beside the clusters.
#include "instance/access.hpp"
#include "instance/change.hpp"
#include "instance/copy.hpp"
#include "instance/observe.hpp"
#include "instance/remove.hpp"
#include "instance/require_access.hpp"
#include "instance/run.hpp"
#include "instance/validate.hpp"
#include "session/impl.hpp"

namespace ingot::session {

void Session::check_instance(const instance::Spec& spec) {
  instance::check(spec);
}

instance::RunResult Session::run_instance(const instance::Spec& spec, const instance::RunOptions& options,
                                          const plan::Interrupts& interrupts, plan::EventSink& events) {
  return instance::run(impl_->host, spec, options, impl_->is_local, interrupts, events);
}

std::string Session::plan_run_instance(const instance::Spec& spec, const instance::RunOptions& options,
                                       const std::stop_token& stop) {
  return instance::plan_run(impl_->host, spec, options, impl_->is_local, stop);
}

instance::DeleteResult Session::delete_instance(const std::string& name,
                                                const instance::DeleteOptions& options,
                                                const plan::Interrupts& interrupts, plan::EventSink& events) {
  return instance::remove(impl_->host, name, options, interrupts, events);
}

instance::DeleteResult Session::plan_delete_instance(const std::string& name,
                                                     const instance::DeleteOptions& options,
                                                     const std::stop_token& stop) {
  return instance::find_remains(impl_->host, name, options, stop);
}

instance::ChangeResult Session::change_instance(instance::Verb verb, const std::string& name,
                                                const instance::ChangeOptions& options,
                                                const plan::Interrupts& interrupts, plan::EventSink& events) {
  return instance::change(impl_->host, verb, name, options, interrupts, events);
}

std::string Session::plan_change_instance(instance::Verb verb, const std::string& name,
                                          const instance::ChangeOptions& options,
                                          const std::stop_token& stop) {
  return instance::plan_change(impl_->host, verb, name, options, stop);
}

std::vector<instance::Summary> Session::list_instances(const std::stop_token& stop) {
  return instance::list(impl_->host, stop);
}

instance::Status Session::instance_status(const std::string& name, const std::stop_token& stop) {
  return instance::status(impl_->host, name, stop);
}

instance::SshAccess Session::instance_ssh(const std::string& name, const std::string& access_folder,
                                          const std::stop_token& stop) {
  return instance::require_access(impl_->host, name, access_folder, stop);
}

bool Session::merge_ssh_config(const std::string& config_file, const std::string& access_folder) {
  return instance::include_in(config_file, access_folder);
}

void Session::copy_to_instance(const std::string& name, const std::string& source, const std::string& target,
                               const std::stop_token& stop) {
  instance::copy_in(impl_->host, name, source, target, stop);
}

void Session::copy_from_instance(const std::string& name, const std::string& source,
                                 const std::string& target, const std::stop_token& stop) {
  instance::copy_out(impl_->host, name, source, target, stop);
}

void Session::instance_console(const std::string& name, bool follow,
                               const std::function<bool(std::string_view)>& sink,
                               const std::stop_token& stop) {
  impl_->engine.container_logs(instance::require(impl_->host, name, stop).id, follow, sink, stop);
}

int Session::instance_exec(const std::string& name, const instance::Command& command, bool terminal,
                           const Streams& streams, const Signals& signals) {
  const auto id = instance::require_running(impl_->host, name, signals.stop).id;
  return node::run_signalled(impl_->engine, id,
                             {.command = command.words,
                              .env = command.env,
                              .working_dir = command.working_dir,
                              .user = command.user,
                              .tty = terminal},
                             streams, signals);
}

}  // namespace ingot::session
