// SPDX-License-Identifier: Apache-2.0
// The only door of the command line into the library: one engine, one method per verb. Wiring, no logic.
// Methods throw base::Error and base::Cancelled. Not meant to be shared between threads.
#pragma once

#include "attach/results.hpp"
#include "certs/results.hpp"
#include "cluster/results.hpp"
#include "config/cluster_spec.hpp"
#include "config/limits.hpp"
#include "docker/engine.hpp"
#include "doctor/finding.hpp"
#include "image/results.hpp"
#include "instance/results.hpp"
#include "lifecycle/results.hpp"
#include "logs/results.hpp"
#include "node/signals.hpp"
#include "plan/executor.hpp"
#include "scale/results.hpp"
#include "snapshot/results.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::session {

// A terminal or pipe as an interactive command sees it; see docker::ExecStreams.
using Streams = docker::ExecStreams;
// What happens to the command when its user presses Ctrl-C.
using Signals = node::Signals;

class Session {
 public:
  explicit Session(docker::EngineAddress address);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // `spec` must have its defaults and be valid. When a step fails the plan is taken back and the step's
  // failure is thrown, with what was left behind (if anything) in its detail and remedy.
  cluster::CreateResult create_cluster(const config::ClusterSpec& spec, const cluster::CreateOptions& options,
                                       const plan::Interrupts& interrupts, plan::EventSink& events);
  // The plan that create_cluster would run now, as text. Changes nothing.
  [[nodiscard]] std::string plan_create(const config::ClusterSpec& spec,
                                        const cluster::CreateOptions& options, const std::stop_token& stop);

  cluster::DeleteResult delete_cluster(const std::string& name, const cluster::DeleteOptions& options,
                                       const plan::Interrupts& interrupts, plan::EventSink& events);
  // What delete_cluster would remove now.
  [[nodiscard]] cluster::DeleteResult plan_delete(const std::string& name,
                                                  const cluster::DeleteOptions& options,
                                                  const std::stop_token& stop);

  // Moves the end of a cluster's time; see cluster::extend.
  cluster::ExtendResult extend_cluster(const std::string& name,
                                       const std::optional<std::chrono::milliseconds>& ttl,
                                       const std::stop_token& stop);

  // What nobody needs any more, and its removal; see cluster::prune.
  [[nodiscard]] std::vector<cluster::Remnant> find_remnants(const cluster::PruneOptions& options,
                                                            const std::stop_token& stop);
  std::vector<cluster::Remnant> prune(const std::vector<cluster::Remnant>& chosen,
                                      const cluster::PruneOptions& options,
                                      const plan::Interrupts& interrupts, plan::EventSink& events);

  // Stops, starts, restarts, pauses or resumes a cluster or nodes of it; see lifecycle::change.
  lifecycle::Result change_cluster(lifecycle::Verb verb, const lifecycle::Target& target,
                                   const lifecycle::Options& options, const plan::Interrupts& interrupts,
                                   plan::EventSink& events);
  // The plan that change_cluster would run now, as text. Changes nothing.
  [[nodiscard]] std::string plan_change(lifecycle::Verb verb, const lifecycle::Target& target,
                                        const lifecycle::Options& options, const std::stop_token& stop);

  // Limits nodes, by name; see lifecycle::set_limits.
  lifecycle::LimitResult set_limits(const std::vector<std::string>& nodes, const config::Limits& limits,
                                    const lifecycle::Options& options, const plan::Interrupts& interrupts,
                                    plan::EventSink& events);
  // The plan that set_limits would run now, as text. Changes nothing.
  [[nodiscard]] std::string plan_limits(const std::vector<std::string>& nodes, const config::Limits& limits,
                                        const std::stop_token& stop);

  // Adds and removes workers of a cluster that runs; see scale::change.
  scale::Result change_workers(const scale::Request& request, const scale::Options& options,
                               const plan::Interrupts& interrupts, plan::EventSink& events);
  // The plan that change_workers would run now, as text. Changes nothing.
  [[nodiscard]] std::string plan_workers(const scale::Request& request, const scale::Options& options,
                                         const std::stop_token& stop);

  // A cluster's certificates, and their renewal; see certs/show.hpp and certs/renew.hpp.
  [[nodiscard]] certs::Listing show_certificates(const std::string& cluster,
                                                 const cluster::KubeconfigTarget& kubeconfig,
                                                 const std::stop_token& stop);
  certs::RenewResult renew_certificates(const certs::RenewRequest& request,
                                        const plan::Interrupts& interrupts, plan::EventSink& events);
  [[nodiscard]] std::string plan_renew(const certs::RenewRequest& request, const std::stop_token& stop);

  // Snapshots of clusters, kept by the engine; see lib/snapshot.
  snapshot::SaveResult save_snapshot(const snapshot::SaveRequest& request, const plan::Interrupts& interrupts,
                                     plan::EventSink& events);
  [[nodiscard]] std::string plan_save_snapshot(const snapshot::SaveRequest& request,
                                               const std::stop_token& stop);
  // Of one cluster, or of all when `cluster` is empty.
  [[nodiscard]] std::vector<snapshot::Summary> list_snapshots(const std::string& cluster,
                                                              const std::stop_token& stop);
  // "CLUSTER/NAME", or "NAME" where only one cluster has such a one. Error{not_found}.
  [[nodiscard]] snapshot::Summary find_snapshot(const std::string& reference, const std::stop_token& stop);
  snapshot::Summary delete_snapshot(const std::string& reference, const std::stop_token& stop);
  // As one file; see snapshot/transfer.hpp.
  snapshot::TransferResult export_snapshot(const std::string& reference,
                                           const std::function<void(std::string_view)>& into,
                                           const plan::Interrupts& interrupts, plan::EventSink& events);
  snapshot::TransferResult import_snapshot(const std::string& name,
                                           const std::function<std::string(const std::stop_token&)>& from,
                                           const plan::Interrupts& interrupts, plan::EventSink& events);
  [[nodiscard]] std::string plan_export_snapshot(const std::string& reference, const std::stop_token& stop);
  [[nodiscard]] std::string plan_import_snapshot(
      const std::string& name, const std::function<std::string(const std::stop_token&)>& from,
      const std::stop_token& stop);
  snapshot::RestoreResult restore_snapshot(const snapshot::RestoreRequest& request,
                                           const plan::Interrupts& interrupts, plan::EventSink& events);
  [[nodiscard]] std::string plan_restore_snapshot(const snapshot::RestoreRequest& request,
                                                  const std::stop_token& stop);

  // A copy of a cluster under another name.
  snapshot::CloneResult clone_cluster(const snapshot::CloneRequest& request,
                                      const plan::Interrupts& interrupts, plan::EventSink& events);
  [[nodiscard]] std::string plan_clone(const snapshot::CloneRequest& request, const std::stop_token& stop);

  [[nodiscard]] std::vector<cluster::ClusterSummary> list_clusters(const std::stop_token& stop);
  // Of one cluster, or of all when `cluster` is empty; by cluster and name.
  [[nodiscard]] std::vector<cluster::NodeSummary> list_nodes(const std::string& cluster,
                                                             const std::stop_token& stop);
  // Error{not_found} when no container carries the name.
  [[nodiscard]] cluster::ClusterStatus cluster_status(const std::string& name, const std::stop_token& stop);
  // The admin kubeconfig as text, with the published endpoint, or with the one that containers on the
  // cluster's network reach (`internal`).
  [[nodiscard]] std::string cluster_kubeconfig(const std::string& name, bool internal,
                                               const std::stop_token& stop);
  // The same, merged into the file that `target` means; the file.
  std::string write_kubeconfig(const std::string& name, bool internal,
                               const cluster::KubeconfigTarget& target, const std::stop_token& stop);

  // The images that create_cluster would use for `spec`, one for each of its nodes.
  [[nodiscard]] std::vector<std::string> node_images(const config::ClusterSpec& spec,
                                                     const std::string& override_image,
                                                     const std::stop_token& stop);

  // Images of the engine and of archives into a cluster's nodes. Error{not_found} for everything that is not
  // there, before anything changes.
  image::LoadResult load_images(const image::LoadRequest& request, const plan::Interrupts& interrupts,
                                plan::EventSink& events);
  // What load_images would do now. Reads no archive.
  [[nodiscard]] image::LoadResult plan_load_images(const image::LoadRequest& request,
                                                   const std::stop_token& stop);
  // `nodes`: by name; empty: all of the cluster.
  [[nodiscard]] image::ImageList list_images(const std::string& cluster,
                                             const std::vector<std::string>& nodes,
                                             const std::stop_token& stop);

  // The node image, made by the recipe in this program.
  image::BuildResult build_image(const image::BuildRequest& request, const plan::Interrupts& interrupts,
                                 plan::EventSink& events);
  // The plan that build_image would run now, as text.
  [[nodiscard]] std::string plan_build_image(const image::BuildRequest& request, const std::stop_token& stop);

  // Into a folder; with `only_kinds_files` exactly what `kind export logs` leaves. What is missing is in the
  // result, and no error.
  [[nodiscard]] logs::ExportResult export_logs(const std::string& cluster, const logs::ExportOptions& options,
                                               const plan::Interrupts& interrupts, plan::EventSink& events);
  // Lines of one component or node. Until the nodes end, if they are followed.
  logs::ReadResult read_logs(const std::string& cluster, const logs::ReadOptions& options,
                             const logs::LineSink& sink, const std::stop_token& stop);

  // "node/NAME" or "instance/NAME": whom devices are given to; see attach::subject_of.
  [[nodiscard]] std::string device_subject(const std::string& name, const std::stop_token& stop);
  // Devices to and from nodes; see attach/attach.hpp.
  attach::Result change_devices(const gpu::Roots& roots, const attach::Request& request,
                                const attach::Options& options, const plan::Interrupts& interrupts,
                                plan::EventSink& events);
  [[nodiscard]] std::string plan_devices(const gpu::Roots& roots, const attach::Request& request,
                                         const attach::Options& options, const std::stop_token& stop);
  [[nodiscard]] attach::Listing list_devices(const gpu::Roots& roots, const std::stop_token& stop);
  [[nodiscard]] std::vector<attach::DeviceStatus> device_status(const std::vector<std::string>& nodes,
                                                                const std::stop_token& stop);
  std::vector<attach::Reconciled> reconcile_devices(const gpu::Roots& roots,
                                                    const std::vector<std::string>& nodes,
                                                    const attach::Options& options,
                                                    const plan::Interrupts& interrupts,
                                                    plan::EventSink& events);
  [[nodiscard]] std::string plan_reconcile(const gpu::Roots& roots, const std::vector<std::string>& nodes,
                                           const std::stop_token& stop);
  [[nodiscard]] std::vector<attach::Request> distribute_devices(const gpu::Roots& roots,
                                                                const std::vector<attach::Wish>& wishes,
                                                                const std::stop_token& stop);

  // Whether one instance could have them now; see attach::choose.
  void check_devices(const gpu::Roots& roots, const std::string& instance, const attach::Wish& wish,
                     const std::stop_token& stop);

  // Of `options` only the image and the network count. `path_env`: where programs are looked for.
  [[nodiscard]] doctor::Report doctor(const cluster::CreateOptions& options, const std::string& path_env,
                                      const gpu::Roots& gpus, const std::stop_token& stop);

  // Runs the node's own kubectl as the cluster's admin; its exit code.
  int kubectl(const std::string& cluster, const std::vector<std::string>& arguments, bool terminal,
              const Streams& streams, const Signals& signals);

  // Runs a command in a node as root; its exit code. Error{not_found} when there is no such node,
  // Error{already_exists} when it does not run.
  int node_exec(const std::string& node, const std::vector<std::string>& command, bool terminal,
                const Streams& streams, const Signals& signals);

  // Instances; see the headers of lib/instance. Error{invalid_input} with everything that is wrong with it.
  static void check_instance(const instance::Spec& spec);
  instance::RunResult run_instance(const instance::Spec& spec, const instance::RunOptions& options,
                                   const plan::Interrupts& interrupts, plan::EventSink& events);
  [[nodiscard]] std::string plan_run_instance(const instance::Spec& spec, const instance::RunOptions& options,
                                              const std::stop_token& stop);
  instance::DeleteResult delete_instance(const std::string& name, const instance::DeleteOptions& options,
                                         const plan::Interrupts& interrupts, plan::EventSink& events);
  [[nodiscard]] instance::DeleteResult plan_delete_instance(const std::string& name,
                                                            const instance::DeleteOptions& options,
                                                            const std::stop_token& stop);
  instance::ChangeResult change_instance(instance::Verb verb, const std::string& name,
                                         const instance::ChangeOptions& options,
                                         const plan::Interrupts& interrupts, plan::EventSink& events);
  [[nodiscard]] std::string plan_change_instance(instance::Verb verb, const std::string& name,
                                                 const instance::ChangeOptions& options,
                                                 const std::stop_token& stop);
  [[nodiscard]] std::vector<instance::Summary> list_instances(const std::stop_token& stop);
  [[nodiscard]] instance::Status instance_status(const std::string& name, const std::stop_token& stop);
  // What ssh needs on this machine, made anew where it is lost; see instance::require_access.
  [[nodiscard]] instance::SshAccess instance_ssh(const std::string& name, const std::string& access_folder,
                                                 const std::stop_token& stop);
  // False: the file included them already; see instance::include_in.
  static bool merge_ssh_config(const std::string& config_file, const std::string& access_folder);
  void copy_to_instance(const std::string& name, const std::string& source, const std::string& target,
                        const std::stop_token& stop);
  void copy_from_instance(const std::string& name, const std::string& source, const std::string& target,
                          const std::stop_token& stop);
  // What it said while it booted; `sink` returns false to end it.
  void instance_console(const std::string& name, bool follow,
                        const std::function<bool(std::string_view)>& sink, const std::stop_token& stop);
  // As node_exec.
  int instance_exec(const std::string& name, const instance::Command& command, bool terminal,
                    const Streams& streams, const Signals& signals);

  // False where it is reached over a network. Nothing is asked.
  [[nodiscard]] bool engine_is_local() const;
  // For `version`: what the engine says of itself.
  [[nodiscard]] docker::EngineInfo engine_info(const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::session
