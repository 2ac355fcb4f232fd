// SPDX-License-Identifier: Apache-2.0
// From a starting API server to one that holds a whole cluster: sends it Creation::objects and the first
// pods.
#pragma once

#include "cluster/creation.hpp"

namespace ingot::cluster {

// Until it answers and has what must not come later than a kubelet.
void await_api(Creation& creation, plan::StepContext& context);

// The rest, and the first pods. Marks each milestone on the step.
void bootstrap_api(Creation& creation, plan::StepContext& context);

}  // namespace ingot::cluster
