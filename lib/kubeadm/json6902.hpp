// SPDX-License-Identifier: Apache-2.0
// One RFC 6902 patch on one document.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ingot::kubeadm {

// `operations` is whatever the user wrote. Throws Error{invalid_input} that says which operation failed and
// why; the document is then half patched.
void apply_operations(nlohmann::json& document, const nlohmann::json& operations);

}  // namespace ingot::kubeadm
