// SPDX-License-Identifier: Apache-2.0
// CDI descriptions of GPUs that no file describes, as the vendors' generators would write them: `nvidia-ctk
// cdi generate` (nvidia-container-toolkit, pkg/nvcdi) and `amd-ctk cdi generate`; so nothing of a vendor's
// but the driver needs to be installed.
#pragma once

#include "cdi/spec.hpp"
#include "gpu/gpu.hpp"

#include <string>
#include <vector>

namespace ingot::gpu {

// At most one for each vendor. GPUs with a problem are left out.
[[nodiscard]] std::vector<cdi::Spec> own_specs(const std::string& base, const std::vector<Gpu>& gpus);

}  // namespace ingot::gpu
