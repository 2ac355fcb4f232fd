// SPDX-License-Identifier: Apache-2.0
// A Kubernetes API server in this process, over TLS on a port of 127.0.0.1: a store of objects that any kind
// fits into, with lists, watches, patches and the refusals that clients meet (401, 404, 409). It validates
// nothing and applies patches by merging (lists are replaced). What controllers and kubelets would do is the
// test's to say, with react(); act_like_a_cluster() says the usual. Thread-safe.
#pragma once

#include "support/artifacts.hpp"
#include "support/fake_kubernetes/store.hpp"
#include "support/wire/server.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ingot::testing {

class FakeKubernetes {
 public:
  struct Options {
    std::string version = "v1.31.0";
    bool act_like_a_cluster = true;
    std::function<void(FakeKubernetes&)> prepare = {};  // before the first request is answered
    std::string owner = {};                             // of the first port, for hang_up()
    std::string objects = {};                           // those that dump() gave
  };
  // Serves on `listener`. Namespaces default, kube-system, kube-public and kube-node-lease are there.
  FakeKubernetes(base::Fd listener, TlsIdentity identity, Options options);
  FakeKubernetes(base::Fd listener, TlsIdentity identity)
      : FakeKubernetes(std::move(listener), std::move(identity), Options()) {}

  // What becomes of each object of `kind` right after its creation, as a change of its own. Objects that
  // exist already are not touched.
  using Reaction = std::function<void(FakeKubernetes& api, const ResourcePath& path, Json& object)>;
  void react(const std::string& kind, Reaction reaction);
  // What follows from the removal of one by a client.
  void react_to_removal(const std::string& kind, Reaction reaction);

  // --- as another client of the API would
  std::optional<Json> create(const std::string& collection, const Json& object);
  std::optional<Json> merge(const std::string& path, const Json& patch);
  bool remove(const std::string& path);
  [[nodiscard]] std::optional<Json> get(const std::string& path) const;
  [[nodiscard]] std::vector<Json> list(const std::string& collection) const;

  // All objects, as text.
  [[nodiscard]] std::string dump() const { return store_.dump(); }

  // "POST /api/v1/nodes -> 201", in order.
  [[nodiscard]] std::vector<std::string> requests() const;
  // The same API at one more port: of another control plane, or of the load balancer before them.
  void serve_also(base::Fd listener, TlsIdentity identity, const std::string& owner = {});
  // The ports of one owner are free again, and its connections broken.
  void hang_up(const std::string& owner);
  // Breaks all connections and listens no more.
  void die();
  // Refuses everything with 503 until set back: a server that is still starting.
  void set_starting(bool is_starting);
  // Ends every watch that runs: as a server that goes down does, or, `has_expired`, with the word that their
  // versions have expired (410).
  void end_watches(bool has_expired = false);

 private:
  void handle(Exchange& exchange);
  void answer(Exchange& exchange);
  void answer_other(Exchange& exchange);
  void answer_discovery(Exchange& exchange, const std::string& group_path);
  void answer_resource(Exchange& exchange, ResourcePath path);
  void evict(Exchange& exchange, ResourcePath path);
  void post(Exchange& exchange, const ResourcePath& path);
  void patch(Exchange& exchange, const ResourcePath& path);
  void put(Exchange& exchange, const ResourcePath& path);
  void list_or_watch(Exchange& exchange, const ResourcePath& path);
  void watch(Exchange& exchange, const ResourcePath& path);
  std::optional<Json> add(const ResourcePath& collection, const Json& object);
  [[nodiscard]] bool take_away(const ResourcePath& path);

  Options options_;
  Store store_;
  mutable std::mutex mutex_;  // of what follows
  std::vector<std::pair<std::string, Reaction>> reactions_;
  std::vector<std::pair<std::string, Reaction>> to_removals_;
  std::vector<std::string> requests_;
  bool is_starting_ = false;
  int ended_watches_ = 0;  // how often, with the lock of the store
  bool has_expired_ = false;
  Artifact artifact_;
  // By owner. Last: the first to go.
  std::vector<std::pair<std::string, std::unique_ptr<HttpServer>>> servers_;
};

// Nodes become Ready, Deployments Available, DaemonSets and Pods run, the service of DNS leads to its pods,
// namespaces get their service account.
void act_like_a_cluster(FakeKubernetes& api);

}  // namespace ingot::testing
