// SPDX-License-Identifier: Apache-2.0
// `image load`: observe, plan, execute. What a node has already is not sent to it; an image that it has under
// another name gets the name; running it again, or twice at once, is safe at any moment. All that is wrong
// with the request is told at once, before anything changes: Error{not_found} for images that the engine does
// not have (each as kind words it: image: "x" not present locally) and nodes that the cluster does not have.
#pragma once

#include "image/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <stop_token>

namespace ingot::image {

// Error{timed_out} when the request's limit has passed.
[[nodiscard]] LoadResult load(node::Host& host, const LoadRequest& request,
                              const plan::Interrupts& interrupts, plan::EventSink& sink);

// What load would do now. Reads no archive, so that of archives it tells only that they are there.
[[nodiscard]] LoadResult find_work(node::Host& host, const LoadRequest& request, const std::stop_token& stop);

}  // namespace ingot::image
