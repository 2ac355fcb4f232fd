// SPDX-License-Identifier: Apache-2.0
#include "session/session.hpp"

#include "attach/attach.hpp"
#include "attach/reserve.hpp"
#include "attach/target.hpp"
#include "base/error.hpp"
#include "certs/renew.hpp"
#include "certs/show.hpp"
#include "cluster/api_access.hpp"
#include "cluster/create.hpp"
#include "cluster/expiry.hpp"
#include "cluster/image_choice.hpp"
#include "cluster/kubeconfig_files.hpp"
#include "cluster/list.hpp"
#include "cluster/membership.hpp"
#include "cluster/prune.hpp"
#include "cluster/remove.hpp"
#include "cluster/status.hpp"
#include "doctor/examine.hpp"
#include "image/build.hpp"
#include "image/list.hpp"
#include "image/load.hpp"
#include "lifecycle/lifecycle.hpp"
#include "lifecycle/limits.hpp"
#include "logs/export.hpp"
#include "logs/follow.hpp"
#include "node/host.hpp"
#include "scale/scale.hpp"
#include "session/impl.hpp"
#include "snapshot/clone.hpp"
#include "snapshot/list.hpp"
#include "snapshot/restore.hpp"
#include "snapshot/save.hpp"
#include "snapshot/transfer.hpp"

#include <fmt/format.h>

#include <utility>

namespace ingot::session {

Session::Session(docker::EngineAddress address) : impl_(std::make_unique<Impl>(address)) {}
Session::~Session() = default;

cluster::CreateResult Session::create_cluster(const config::ClusterSpec& spec,
                                              const cluster::CreateOptions& options,
                                              const plan::Interrupts& interrupts, plan::EventSink& events) {
  return cluster::create(impl_->host, spec, options, impl_->is_local, interrupts, events);
}

std::string Session::plan_create(const config::ClusterSpec& spec, const cluster::CreateOptions& options,
                                 const std::stop_token& stop) {
  return cluster::plan_text(impl_->host, spec, options, impl_->is_local, stop);
}

cluster::DeleteResult Session::delete_cluster(const std::string& name, const cluster::DeleteOptions& options,
                                              const plan::Interrupts& interrupts, plan::EventSink& events) {
  return cluster::remove(impl_->host, name, options, interrupts, events);
}

cluster::DeleteResult Session::plan_delete(const std::string& name, const cluster::DeleteOptions& options,
                                           const std::stop_token& stop) {
  return cluster::find_remains(impl_->host, name, options, stop);
}

cluster::ExtendResult Session::extend_cluster(const std::string& name,
                                              const std::optional<std::chrono::milliseconds>& ttl,
                                              const std::stop_token& stop) {
  return cluster::extend(impl_->host, name, ttl, stop);
}

std::vector<cluster::Remnant> Session::find_remnants(const cluster::PruneOptions& options,
                                                     const std::stop_token& stop) {
  return cluster::find_remnants(impl_->host, options, impl_->is_local, stop);
}

std::vector<cluster::Remnant> Session::prune(const std::vector<cluster::Remnant>& chosen,
                                             const cluster::PruneOptions& options,
                                             const plan::Interrupts& interrupts, plan::EventSink& events) {
  return cluster::prune(impl_->host, chosen, options, impl_->is_local, interrupts, events);
}

lifecycle::Result Session::change_cluster(lifecycle::Verb verb, const lifecycle::Target& target,
                                          const lifecycle::Options& options,
                                          const plan::Interrupts& interrupts, plan::EventSink& events) {
  return lifecycle::change(impl_->host, verb, target, options, interrupts, events);
}

std::string Session::plan_change(lifecycle::Verb verb, const lifecycle::Target& target,
                                 const lifecycle::Options& options, const std::stop_token& stop) {
  return lifecycle::plan_text(impl_->host, verb, target, options, stop);
}

lifecycle::LimitResult Session::set_limits(const std::vector<std::string>& nodes,
                                           const config::Limits& limits, const lifecycle::Options& options,
                                           const plan::Interrupts& interrupts, plan::EventSink& events) {
  return lifecycle::set_limits(impl_->host, nodes, limits, options, interrupts, events);
}

std::string Session::plan_limits(const std::vector<std::string>& nodes, const config::Limits& limits,
                                 const std::stop_token& stop) {
  return lifecycle::limits_plan_text(impl_->host, nodes, limits, stop);
}

scale::Result Session::change_workers(const scale::Request& request, const scale::Options& options,
                                      const plan::Interrupts& interrupts, plan::EventSink& events) {
  return scale::change(impl_->host, request, options, impl_->is_local, interrupts, events);
}

std::string Session::plan_workers(const scale::Request& request, const scale::Options& options,
                                  const std::stop_token& stop) {
  return scale::plan_text(impl_->host, request, options, impl_->is_local, stop);
}

certs::Listing Session::show_certificates(const std::string& cluster,
                                          const cluster::KubeconfigTarget& kubeconfig,
                                          const std::stop_token& stop) {
  return certs::show(impl_->host, cluster, kubeconfig, stop);
}

certs::RenewResult Session::renew_certificates(const certs::RenewRequest& request,
                                               const plan::Interrupts& interrupts, plan::EventSink& events) {
  return certs::renew(impl_->host, request, interrupts, events);
}

std::string Session::plan_renew(const certs::RenewRequest& request, const std::stop_token& stop) {
  return certs::renew_plan_text(impl_->host, request, stop);
}

snapshot::SaveResult Session::save_snapshot(const snapshot::SaveRequest& request,
                                            const plan::Interrupts& interrupts, plan::EventSink& events) {
  return snapshot::save(impl_->host, request, interrupts, events);
}

std::string Session::plan_save_snapshot(const snapshot::SaveRequest& request, const std::stop_token& stop) {
  return snapshot::plan_save(impl_->host, request, stop);
}

std::vector<snapshot::Summary> Session::list_snapshots(const std::string& cluster,
                                                       const std::stop_token& stop) {
  return snapshot::list(impl_->host, cluster, stop);
}

snapshot::Summary Session::find_snapshot(const std::string& reference, const std::stop_token& stop) {
  return snapshot::find_summary(impl_->host, reference, stop);
}

snapshot::Summary Session::delete_snapshot(const std::string& reference, const std::stop_token& stop) {
  return snapshot::remove(impl_->host, reference, stop);
}

snapshot::TransferResult Session::export_snapshot(const std::string& reference,
                                                  const std::function<void(std::string_view)>& into,
                                                  const plan::Interrupts& interrupts,
                                                  plan::EventSink& events) {
  return snapshot::export_to(impl_->host, reference, into, interrupts, events);
}

snapshot::TransferResult Session::import_snapshot(
    const std::string& name, const std::function<std::string(const std::stop_token&)>& from,
    const plan::Interrupts& interrupts, plan::EventSink& events) {
  return snapshot::import_from(impl_->host, name, from, interrupts, events);
}

std::string Session::plan_export_snapshot(const std::string& reference, const std::stop_token& stop) {
  return snapshot::plan_export(impl_->host, reference, stop);
}

std::string Session::plan_import_snapshot(const std::string& name,
                                          const std::function<std::string(const std::stop_token&)>& from,
                                          const std::stop_token& stop) {
  return snapshot::plan_import(impl_->host, name, from, stop);
}

snapshot::RestoreResult Session::restore_snapshot(const snapshot::RestoreRequest& request,
                                                  const plan::Interrupts& interrupts,
                                                  plan::EventSink& events) {
  return snapshot::restore(impl_->host, request, impl_->is_local, interrupts, events);
}

std::string Session::plan_restore_snapshot(const snapshot::RestoreRequest& request,
                                           const std::stop_token& stop) {
  return snapshot::plan_restore(impl_->host, request, impl_->is_local, stop);
}

snapshot::CloneResult Session::clone_cluster(const snapshot::CloneRequest& request,
                                             const plan::Interrupts& interrupts, plan::EventSink& events) {
  return snapshot::clone(impl_->host, request, impl_->is_local, interrupts, events);
}

std::string Session::plan_clone(const snapshot::CloneRequest& request, const std::stop_token& stop) {
  return snapshot::plan_clone(impl_->host, request, stop);
}

std::vector<cluster::ClusterSummary> Session::list_clusters(const std::stop_token& stop) {
  return cluster::list(impl_->host, stop);
}

std::vector<cluster::NodeSummary> Session::list_nodes(const std::string& cluster,
                                                      const std::stop_token& stop) {
  return cluster::list_nodes(impl_->host, cluster, stop);
}

cluster::ClusterStatus Session::cluster_status(const std::string& name, const std::stop_token& stop) {
  return cluster::status(impl_->host, name, stop);
}

std::string Session::cluster_kubeconfig(const std::string& name, bool internal, const std::stop_token& stop) {
  return cluster::export_kubeconfig(impl_->host, name, internal, stop);
}

std::string Session::write_kubeconfig(const std::string& name, bool internal,
                                      const cluster::KubeconfigTarget& target, const std::stop_token& stop) {
  return cluster::write_kubeconfig(impl_->host, name, internal, target, stop);
}

std::vector<std::string> Session::node_images(const config::ClusterSpec& spec,
                                              const std::string& override_image,
                                              const std::stop_token& stop) {
  return cluster::choose_images(impl_->host, spec, override_image, stop).images;
}

image::LoadResult Session::load_images(const image::LoadRequest& request, const plan::Interrupts& interrupts,
                                       plan::EventSink& events) {
  return image::load(impl_->host, request, interrupts, events);
}

image::LoadResult Session::plan_load_images(const image::LoadRequest& request, const std::stop_token& stop) {
  return image::find_work(impl_->host, request, stop);
}

image::ImageList Session::list_images(const std::string& cluster, const std::vector<std::string>& nodes,
                                      const std::stop_token& stop) {
  return image::list(impl_->host, cluster, nodes, stop);
}

image::BuildResult Session::build_image(const image::BuildRequest& request,
                                        const plan::Interrupts& interrupts, plan::EventSink& events) {
  return image::build(impl_->host, request, interrupts, events);
}

std::string Session::plan_build_image(const image::BuildRequest& request, const std::stop_token& stop) {
  return image::plan_build(impl_->host, request, stop);
}

logs::ExportResult Session::export_logs(const std::string& cluster, const logs::ExportOptions& options,
                                        const plan::Interrupts& interrupts, plan::EventSink& events) {
  return logs::export_logs(impl_->host, cluster, options, interrupts, events);
}

logs::ReadResult Session::read_logs(const std::string& cluster, const logs::ReadOptions& options,
                                    const logs::LineSink& sink, const std::stop_token& stop) {
  return logs::read_logs(impl_->host, cluster, options, sink, stop);
}

std::string Session::device_subject(const std::string& name, const std::stop_token& stop) {
  return attach::subject_of(impl_->host, name, stop);
}

attach::Result Session::change_devices(const gpu::Roots& roots, const attach::Request& request,
                                       const attach::Options& options, const plan::Interrupts& interrupts,
                                       plan::EventSink& events) {
  return attach::change(impl_->host, roots, request, options, interrupts, events);
}

std::string Session::plan_devices(const gpu::Roots& roots, const attach::Request& request,
                                  const attach::Options& options, const std::stop_token& stop) {
  return attach::plan_text(impl_->host, roots, request, options, stop);
}

attach::Listing Session::list_devices(const gpu::Roots& roots, const std::stop_token& stop) {
  return attach::list(impl_->host, roots, stop);
}

std::vector<attach::DeviceStatus> Session::device_status(const std::vector<std::string>& nodes,
                                                         const std::stop_token& stop) {
  return attach::status(impl_->host, nodes, stop);
}

std::vector<attach::Reconciled> Session::reconcile_devices(const gpu::Roots& roots,
                                                           const std::vector<std::string>& nodes,
                                                           const attach::Options& options,
                                                           const plan::Interrupts& interrupts,
                                                           plan::EventSink& events) {
  return attach::reconcile(impl_->host, roots, nodes, options, interrupts, events);
}

std::string Session::plan_reconcile(const gpu::Roots& roots, const std::vector<std::string>& nodes,
                                    const std::stop_token& stop) {
  return attach::reconcile_plan_text(impl_->host, roots, nodes, stop);
}

std::vector<attach::Request> Session::distribute_devices(const gpu::Roots& roots,
                                                         const std::vector<attach::Wish>& wishes,
                                                         const std::stop_token& stop) {
  return attach::distribute(impl_->host, roots, wishes, stop);
}

void Session::check_devices(const gpu::Roots& roots, const std::string& instance, const attach::Wish& wish,
                            const std::stop_token& stop) {
  auto named = wish;
  named.node = instance;
  static_cast<void>(attach::choose(impl_->host, gpu::take_stock(roots, stop), named, stop));
}

doctor::Report Session::doctor(const cluster::CreateOptions& options, const std::string& path_env,
                               const gpu::Roots& gpus, const std::stop_token& stop) {
  doctor::Question question{.image = options.image, .path_env = path_env, .gpus = gpus};
  if (!options.network.empty()) {
    question.network = options.network;
  }
  return doctor::examine(impl_->host, question, stop);
}

int Session::kubectl(const std::string& cluster, const std::vector<std::string>& arguments, bool terminal,
                     const Streams& streams, const Signals& signals) {
  const auto nodes = impl_->host.nodes(cluster, signals.stop);
  const auto* control_plane = cluster::first_control_plane(nodes);
  if (control_plane == nullptr) {
    throw base::Error({.code = base::ErrorCode::not_found,
                       .message = fmt::format("there is no cluster named '{}'", cluster),
                       .remedy = "ingot cluster list"});
  }
  docker::ExecSpec spec{.command = {"kubectl", "--kubeconfig=/etc/kubernetes/admin.conf"}, .tty = terminal};
  spec.command.insert(spec.command.end(), arguments.begin(), arguments.end());
  return node::run_signalled(impl_->engine, control_plane->id, spec, streams, signals);
}

int Session::node_exec(const std::string& node, const std::vector<std::string>& command, bool terminal,
                       const Streams& streams, const Signals& signals) {
  const auto id = cluster::require_running_node(impl_->host, node, signals.stop).id;
  return node::run_signalled(impl_->engine, id, {.command = command, .tty = terminal}, streams, signals);
}

bool Session::engine_is_local() const {
  return impl_->is_local;
}

docker::EngineInfo Session::engine_info(const std::stop_token& stop) {
  return impl_->engine.info(stop);
}

}  // namespace ingot::session
