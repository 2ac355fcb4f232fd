// SPDX-License-Identifier: Apache-2.0
// Static pods whose manifest says what kubelet would make of its text: their uid. Then kubelet takes another
// text for a change of the same pod (kubernetes: pkg/kubelet/config/common.go, applyDefaults), by which it
// starts containers when they have ended. Otherwise it would end the pod, tell the API and only then make
// another one, which takes most of a minute where the pod is the API's own etcd. Pure. Internal to lib/scale.
#pragma once

#include <string>
#include <string_view>

namespace ingot::scale {

[[nodiscard]] std::string with_uid(std::string_view manifest, const std::string& uid);
// That of another node's pod.
[[nodiscard]] std::string without_uid(std::string_view manifest);

}  // namespace ingot::scale
