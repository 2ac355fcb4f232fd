// SPDX-License-Identifier: Apache-2.0
// Kubernetes versions, as /kind/version and image tags spell them: "v1.36.1", "1.27", "v1.37.0-rc.1".
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace ingot::kubeadm {

struct KubernetesVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string pre_release;  // "rc.1", without the '-'
  std::string build;        // "k3s1", without the '+'; does not count in comparisons

  // Whether this is `major`.`minor` or newer. Pre-releases count as what they lead to, as kind does it.
  [[nodiscard]] bool at_least(int wanted_major, int wanted_minor) const noexcept;
};

// Leading 'v', the patch number and white space around are optional. Nothing on anything else.
[[nodiscard]] std::optional<KubernetesVersion> parse_version(std::string_view text);

// "v1.37.0-rc.1+k3s1".
[[nodiscard]] std::string to_text(const KubernetesVersion& version);

// The order of semver.org: a pre-release comes before its release.
[[nodiscard]] std::weak_ordering compare(const KubernetesVersion& a, const KubernetesVersion& b);

}  // namespace ingot::kubeadm
