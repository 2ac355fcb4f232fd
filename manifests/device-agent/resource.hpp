// SPDX-License-Identifier: Apache-2.0
// One kind of device as the kubelet knows it: a socket of its own, the list, and who listens to it.
#pragma once

#include "http2.hpp"
#include "messages.hpp"
#include "node_cdi.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ingot::agent {

class Resource {
 public:
  // `folder`: the kubelet's.
  Resource(std::string kind, const std::string& folder);

  // Listens anew, and registers. A kubelet that starts removes all sockets.
  void announce();
  // True when the kubelet was told, or is told when it asks.
  void offer(Offers offers);

  [[nodiscard]] const std::string& kind() const { return kind_; }
  // In order.
  [[nodiscard]] std::vector<std::string> ids() const;
  // CDI devices of what the kubelet knows by ids; each once for a container. Throws Failure for an id that is
  // offered no more.
  [[nodiscard]] Allocation devices_for(const Allocation& ids) const;
  // Those whose devices the fewest have.
  [[nodiscard]] std::vector<std::string> prefer(const Choice& choice) const;
  // The kubelet listens, and has been told.
  [[nodiscard]] bool is_told();
  // Registering failed, or nobody came: to be tried again.
  [[nodiscard]] bool is_unknown() const { return !is_registered_ && registration_ == nullptr; }

  [[nodiscard]] const base::Fd& listener() const { return listener_; }
  void accept_all();
  // Every connection, to be polled; advance() drops those that are over.
  [[nodiscard]] std::vector<Connection*> connections() const;
  void advance();

 private:
  void answer(Connection& connection, std::int32_t stream, const std::string& path, const std::string& body);
  void allocate(Connection& connection, std::int32_t stream, const std::string& body);
  void prefer(Connection& connection, std::int32_t stream, const std::string& body);
  void tell();

  std::string kind_;
  std::string folder_;
  std::string endpoint_;
  Offers offers_;
  base::Fd listener_;
  std::unique_ptr<Connection> registration_;
  bool is_registered_ = false;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::pair<Connection*, std::int32_t>> watchers_;
};

}  // namespace ingot::agent
