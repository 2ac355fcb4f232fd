// SPDX-License-Identifier: Apache-2.0
// A rendering as an image of Kubernetes v1.36.3 gives it (tests/data/kubeadm-dry-run), and a cluster to put
// in.
#pragma once

#include "base/error.hpp"
#include "boot/objects.hpp"
#include "boot/rendering.hpp"

#include <map>
#include <string>
#include <vector>

namespace ingot::boot::test {

// What kubeadm printed, recorded.
[[nodiscard]] std::string recorded_dry_run();

// The files that the rendering script leaves, by their path in the archive.
[[nodiscard]] std::map<std::string, std::string> rendered_files();

[[nodiscard]] Rendering rendering();

// A DaemonSet, as the CNI manifest of an image holds it.
[[nodiscard]] std::string daemon_set(const std::string& name);

// A cluster "a" of a control plane and `workers` workers.
[[nodiscard]] ObjectsInput input(int workers = 0);

// How `work` ended: the text id of its error's code, "" when it went through, "other" for an exception that
// is not ours.
template <typename Work>
std::string ending_of(Work&& work) {
  try {
    work();
    return "";
  } catch (const base::Error& error) {
    return std::string(base::to_id(error.code()));
  } catch (...) {
    return "other";
  }
}

}  // namespace ingot::boot::test
