// SPDX-License-Identifier: Apache-2.0
// What fake nodes share, and the programs that run in them. Internal to fake_nodes.
#pragma once

#include "base/fd.hpp"
#include "support/fake_nodes/fake_nodes.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace ingot::testing {

inline constexpr const char* kPki = "/etc/kubernetes/pki/";

std::string label_of(const ProcessInfo& info, std::string_view key);

// Whether the command line has a word with `part` in it.
bool has_word(const ProcessInfo& info, std::string_view part);

// One API for each cluster, which all its control planes and its load balancer serve.
struct FakeNodes::Servers {
  struct Cluster {
    std::shared_ptr<FakeKubernetes> api;
    TlsIdentity identity;  // of the control plane that was first
    base::Fd entrance;     // of a load balancer that was faster than every control plane
    std::map<std::string, std::string> addresses;  // of control planes that serve, by name
  };
  FakeNodesOptions options;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<FakeKubernetes>> by_node;
  std::map<std::string, Cluster> clusters;
  std::set<std::string> locked;  // nodes
  std::condition_variable unlocked;
  // What etcd keeps on a control plane's disk, by the container's id: a node that is started again has it.
  std::map<std::string, std::shared_ptr<FakeKubernetes>> on_disk;
  std::map<std::string, std::set<std::string>> running;  // nodes by cluster

  void serve(Process& process);
  void announce(Cluster& cluster, const ProcessInfo& info);
  [[nodiscard]] std::string objects_of(const std::string& container);
  void report(const ProcessInfo& info);
  void stop(const ProcessInfo& info);
  [[nodiscard]] std::shared_ptr<FakeKubernetes> of_cluster(const ProcessInfo& info);

  int run_node(Process& process);
  int run_balancer(Process& process);
  int kubeadm_init(Process& process);
  int hold_lock(Process& process);
  int release_controllers(Process& process);
  int kubeadm_join(Process& process);
  int exchange_files(Process& process);
  int restart_kubelet(Process& process);
  void show_new_certificate(Process& process);
};

}  // namespace ingot::testing
