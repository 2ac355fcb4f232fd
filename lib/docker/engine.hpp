// SPDX-License-Identifier: Apache-2.0
// The part of the Docker Engine API that ingot uses, typed. One Engine per endpoint; safe from several
// threads. The API version is negotiated on the first call (engines older than API 1.41 are refused by name).
// Errors: Error{engine_unreachable} with a cause that tells "not running", "no permission" and "no such
// socket" apart; Error{engine_refused} with the engine's own words as cause; Error{already_exists} for a name
// or port or address in use; Error{not_found}; Error{untrusted} for an answer that is not what the API says.
// Absence that is normal is an empty optional. Every call throws base::Cancelled when its stop token fires.
#pragma once

#include "docker/types.hpp"
#include "http/client.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::docker {

// How to reach the engine, as the docker CLI has it from DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH,
// or from a context.
struct EngineAddress {
  std::string host;  // "unix:///var/run/docker.sock", "tcp://host:2376"; empty: the default socket
  bool tls_verify = false;
  std::string cert_path;  // folder with ca.pem, cert.pem, key.pem; empty: ~/.docker

  // `host`, or the default socket's: "unix:///var/run/docker.sock".
  [[nodiscard]] std::string url() const;
};

// Translates the address; Error{invalid_input} for a scheme that is not supported (ssh, npipe, fd) or a bad
// file.
[[nodiscard]] http::Endpoint to_endpoint(const EngineAddress& address);

class Engine {
 public:
  explicit Engine(const EngineAddress& address);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] EngineInfo info(const std::stop_token& stop);
  // All that the engine says of itself, as indented JSON: for reports.
  [[nodiscard]] std::string info_text(const std::stop_token& stop);

  // --- images
  [[nodiscard]] std::optional<ImageInfo> inspect_image(const std::string& reference,
                                                       const std::stop_token& stop);
  // Tagged images that carry every label ("key" or "key=value").
  [[nodiscard]] std::vector<ImageInfo> list_images(const std::vector<std::string>& labels,
                                                   const std::stop_token& stop);
  // Error{image_missing} when no registry has it or none can be reached.
  void pull_image(const std::string& reference, const std::function<void(const PullProgress&)>& progress,
                  const std::stop_token& stop);

  // The images as one tar: an OCI image layout with Docker's manifest.json, or, of engines before 25, only
  // the latter. For the engine's own platform where it can choose (API 1.48): of images made for several it
  // may hold only the one. Error{not_found} when an image is not there. `sink` returns false to end it early.
  void export_images(const std::vector<std::string>& references,
                     const std::function<bool(std::string_view)>& sink, const std::stop_token& stop);

  // Makes an image of a root file system, a tar that `source` gives until it fills nothing; what leaves it is
  // thrown, and nothing is made. `changes`: instructions of a Dockerfile, such as ENTRYPOINT. Returns the id.
  std::string import_image(const std::string& reference, const std::vector<std::string>& changes,
                           const http::BodySource& source, const std::stop_token& stop);
  // Takes its names away, and itself when no container has it. False: was not there, or is in use.
  bool remove_image(const std::string& reference, const std::stop_token& stop);

  // --- networks
  [[nodiscard]] std::vector<NetworkInfo> list_networks(const std::stop_token& stop);
  [[nodiscard]] std::optional<NetworkInfo> inspect_network(const std::string& id_or_name,
                                                           const std::stop_token& stop);
  std::string create_network(const NetworkSpec& spec, const std::stop_token& stop);  // returns the id
  bool remove_network(const std::string& id_or_name, const std::stop_token& stop);   // false: was not there

  // --- volumes
  // Those that carry every label ("key" or "key=value"), by name.
  [[nodiscard]] std::vector<VolumeInfo> list_volumes(const std::vector<std::string>& labels,
                                                     const std::stop_token& stop);
  [[nodiscard]] std::optional<VolumeInfo> inspect_volume(const std::string& name,
                                                         const std::stop_token& stop);
  // As it is now: one that exists keeps its own labels, and no engine says that it was there.
  VolumeInfo create_volume(const std::string& name, const Labels& labels, const std::stop_token& stop);
  // False: was not there. Error{engine_refused} or Error{already_exists} while a container has it.
  bool remove_volume(const std::string& name, const std::stop_token& stop);

  // --- containers
  // Running or not; those that carry every label ("key" or "key=value"). Newest first.
  [[nodiscard]] std::vector<ContainerSummary> list_containers(const std::vector<std::string>& labels,
                                                              const std::stop_token& stop);
  [[nodiscard]] std::optional<ContainerInfo> inspect_container(const std::string& id_or_name,
                                                               const std::stop_token& stop);
  // All that the engine says of it, as `docker inspect` prints it. Error{not_found}.
  [[nodiscard]] std::string inspect_text(const std::string& id_or_name, const std::stop_token& stop);
  // Error{already_exists} for the name, Error{image_missing} for the image. Ports and addresses are only
  // taken at the start, which then fails with Error{already_exists} naming the port.
  std::string create_container(
      const std::string& name, const ContainerSpec& spec,
      const std::stop_token& stop);  // returns the id; empty name: the engine chooses
  // Makes the container that `recipe` describes, but for the changes; see container_recipe.hpp. Returns the
  // id.
  std::string recreate_container(const std::string& name, const std::string& recipe,
                                 const ContainerChanges& changes, const std::stop_token& stop);
  void start_container(const std::string& id, const std::stop_token& stop);  // fine when already running
  void stop_container(const std::string& id, std::chrono::seconds limit, const std::stop_token& stop);
  void kill_container(const std::string& id, const std::string& signal, const std::stop_token& stop);
  // Freezes and thaws all its processes. Error{engine_refused} when it is not running, or already so.
  void pause_container(const std::string& id, const std::stop_token& stop);
  void unpause_container(const std::string& id, const std::stop_token& stop);
  // Also of a container that runs. What is 0 stays as it is; pids of -1 are unlimited. Less memory than it
  // uses may be refused, or end processes.
  void limit_container(const std::string& id, const Limits& limits, const std::stop_token& stop);
  // "no" or "always"; from now on.
  void set_restart_policy(const std::string& id, const std::string& policy, const std::stop_token& stop);
  // Forced, with its anonymous volumes. False: was not there. Waits out a removal already in progress.
  bool remove_container(const std::string& id, const std::stop_token& stop);
  // Blocks until the container is not running; its exit code.
  int wait_container(const std::string& id, const std::stop_token& stop);
  // Combined output of a container made without a terminal or with one. `follow`: until it ends.
  void container_logs(const std::string& id, bool follow, const std::function<bool(std::string_view)>& sink,
                      const std::stop_token& stop);

  // --- files (tar streams); work on containers that were created but not started, too
  void put_archive(const std::string& id, const std::string& folder, std::string_view tar,
                   const std::stop_token& stop);
  // The same, of any size: a tar that `source` gives until it fills nothing; what leaves it is thrown.
  void put_archive(const std::string& id, const std::string& folder, const http::BodySource& source,
                   const std::stop_token& stop);
  [[nodiscard]] std::string get_archive(const std::string& id, const std::string& path,
                                        const std::stop_token& stop);
  // The same piece by piece, of any size; the sink returns false to end it.
  void stream_archive(const std::string& id, const std::string& path,
                      const std::function<bool(std::string_view)>& sink, const std::stop_token& stop);

  // --- exec
  // Runs a command in a container to its end; its exit code. Input ends the command's stdin, not the call.
  int exec(const std::string& id, const ExecSpec& spec, const ExecStreams& streams,
           const std::stop_token& stop);

  [[nodiscard]] UsageSample usage(const std::string& id, const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::docker
