// SPDX-License-Identifier: Apache-2.0
// Images of the engine into the nodes that lack them: as layers from the engine's storage where that can be
// done, else as the engine's export.
#pragma once

#include "image/layer_copy.hpp"
#include "image/observe.hpp"
#include "image/results.hpp"
#include "node/host.hpp"
#include "plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::image {

class Transfer {
 public:
  // What is needed follows from what was observed.
  Transfer(node::Host& host, const Observed& observed, Way wish);

  [[nodiscard]] std::size_t image_count() const;  // that some node lacks
  [[nodiscard]] std::size_t node_count() const { return needy_.size(); }

  // Afterwards the nodes have the images, or an Error tells why they do not.
  void run(plan::StepContext& context);
  // Takes back what an interrupted run left in the nodes.
  void clean(const std::stop_token& stop);
  // The one taken; automatic before it ran.
  [[nodiscard]] Way way() const { return way_; }

 private:
  [[nodiscard]] bool is_needed(const WantedImage& image) const;
  [[nodiscard]] bool try_copy(plan::StepContext& context);
  void stream_export(plan::StepContext& context);
  // Names with digests, which exports do not have.
  void name_by_digest(const std::stop_token& stop);
  [[nodiscard]] std::set<std::string> what_it_has(const NeedyNode& node) const;

  node::Host& host_;
  const Observed& observed_;
  Way wish_;
  Way way_ = Way::automatic;
  std::vector<NeedyNode> needy_;
  std::unique_ptr<LayerCopy> copy_;
};

}  // namespace ingot::image
