// SPDX-License-Identifier: Apache-2.0
// Internal to lib/kubeadm: one merge patch on one document.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ingot::kubeadm {

// RFC 7386 with kind's two exceptions. Both must be objects. Throws Error{invalid_input} for extra arguments
// in a form that the document's version does not take.
void merge_document(nlohmann::json& document, nlohmann::json patch);

}  // namespace ingot::kubeadm
