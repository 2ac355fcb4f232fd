// SPDX-License-Identifier: Apache-2.0
// Makes the fake engine's containers of a node image behave as Kubernetes nodes: they boot (their console
// says so), control planes serve a fake Kubernetes API with the certificates that are in their files on the
// port published for 6443 and keep its objects while they are stopped, kubelets report after a start, kubeadm
// renders, initialises and joins. Both ways of bootstrapping a cluster work.
// Must be made before the first container of the image runs; may go before the engine does.
#pragma once

#include "support/fake_engine/fake_engine.hpp"
#include "support/fake_kubernetes/fake_kubernetes.hpp"

#include <functional>
#include <memory>
#include <string>

namespace ingot::testing {

struct FakeNodesOptions {
  std::string image = "kindest/node:v1.31.0";
  std::string version = "v1.31.0";  // that its kubeadm and API servers tell
  // Called for every API server before it answers: react() to objects, be slow, refuse.
  std::function<void(FakeKubernetes&)> prepare = {};
};

class FakeNodes {
 public:
  FakeNodes(FakeEngine& engine, FakeNodesOptions options);
  explicit FakeNodes(FakeEngine& engine) : FakeNodes(engine, FakeNodesOptions()) {}

  // The API server that a node serves; null before and after. Shared: a test may
  // still look into it when the node has stopped.
  [[nodiscard]] std::shared_ptr<FakeKubernetes> api(const std::string& node) const;

 private:
  struct Servers;
  std::shared_ptr<Servers> servers_;  // with the programs, which end with the engine
};

}  // namespace ingot::testing
