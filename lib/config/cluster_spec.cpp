// SPDX-License-Identifier: Apache-2.0
#include "config/cluster_spec.hpp"

#include "config/choices.hpp"

namespace ingot::config {
namespace {

template <typename T, std::size_t N>
const char* word_of(const Choices<T, N>& choices, T value) noexcept {
  for (const auto& [word, meaning] : choices) {
    if (meaning == value) {
      return word.data();  // the table holds literals, which end in a NUL
    }
  }
  return "";
}

}  // namespace

const char* to_text(Role role) noexcept {
  return word_of(kRoles, role);
}
const char* to_text(IpFamily family) noexcept {
  return word_of(kIpFamilies, family);
}
const char* to_text(KubeProxyMode mode) noexcept {
  return word_of(kKubeProxyModes, mode);
}
const char* to_text(Propagation propagation) noexcept {
  return word_of(kPropagations, propagation);
}
const char* to_text(Protocol protocol) noexcept {
  return word_of(kProtocols, protocol);
}

std::vector<std::string> node_names(const ClusterSpec& spec) {
  std::vector<std::string> names;
  std::map<Role, int> seen;
  for (const NodeSpec& node : spec.nodes) {
    const int number = ++seen[node.role];
    names.push_back(spec.name + "-" + to_text(node.role) + (number > 1 ? std::to_string(number) : ""));
  }
  return names;
}

}  // namespace ingot::config
