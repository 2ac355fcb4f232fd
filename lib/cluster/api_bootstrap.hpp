// SPDX-License-Identifier: Apache-2.0
// From an API server that answers to one that holds a whole cluster: sends it boot::cluster_objects and the
// first pods. Marks each milestone on the step.
#pragma once

#include "boot/objects.hpp"
#include "cluster/creation.hpp"

namespace ingot::cluster {

void bootstrap_api(Creation& creation, const boot::ObjectsInput& input, plan::StepContext& context);

}  // namespace ingot::cluster
