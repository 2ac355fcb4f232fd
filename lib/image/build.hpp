// SPDX-License-Identifier: Apache-2.0
// The image of a node, or of an instance, made by the engine's own machine: its recipe, of manifests/, which
// lies in this program, runs in a container that needs only apt and bash. So no compiler, no Go and no source
// tree is needed where ingot runs. Parts that were made before are taken from a volume.
#pragma once

#include "image/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <stop_token>
#include <string>

namespace ingot::image {

// Holds what builds keep for the next one: parts, Go's modules and its compiler's cache.
inline constexpr std::string_view kBuildVolume = "ingot-node-image-build";

// What build() would do, as text. Asks the engine only whether there is an image to build in.
[[nodiscard]] std::string plan_build(node::Host& host, const BuildRequest& request,
                                     const std::stop_token& stop);

// Error{image_missing} where there is no image to build in and none can be pulled; Error{command_failed} with
// the end of the recipe's log. An image of the same name stays as it is until the new one is whole.
BuildResult build(node::Host& host, const BuildRequest& request, const plan::Interrupts& interrupts,
                  plan::EventSink& sink);

}  // namespace ingot::image
