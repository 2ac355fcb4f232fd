// SPDX-License-Identifier: Apache-2.0
#include "scale/kubelet_flags.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace ingot::scale {

namespace {

// "--node-ip" of "--node-ip=172.18.0.2".
std::string name_of(const std::string& argument) {
  return argument.substr(0, argument.find('='));
}

}  // namespace

std::string kubelet_flags_for(const std::string& flags, const std::vector<std::string>& addresses,
                              const std::string& provider_id) {
  static const std::set<std::string> kOfTheOther = {"--hostname-override", "--register-with-taints"};
  const std::map<std::string, std::string> own = {
      {"--node-ip", base::join(addresses, ",")}, {"--node-labels", ""}, {"--provider-id", provider_id}};
  std::string text(base::trim(flags));
  const auto equals = text.find("=\"");
  if (equals == std::string::npos || !text.ends_with('"')) {
    return flags;  // not kubeadm's form: nothing of a node in it that we could know
  }
  const std::string variable = text.substr(0, equals);
  const auto begin = equals + 2;
  std::vector<std::string> arguments;
  for (const auto& argument : base::split(text.substr(begin, text.size() - 1 - begin), ' ')) {
    const auto name = name_of(argument);
    if (const auto found = own.find(name); found != own.end()) {
      arguments.push_back(fmt::format("{}={}", name, found->second));
    } else if (!argument.empty() && !kOfTheOther.contains(name)) {
      arguments.push_back(argument);
    }
  }
  return fmt::format("{}=\"{}\"\n", variable, base::join(arguments, " "));
}

std::vector<std::string> environment_for(const std::vector<std::string>& environment,
                                         const std::vector<std::string>& names) {
  std::vector<std::string> own;
  for (const auto& variable : environment) {
    const auto name = name_of(variable);
    if (name == "KUBECONFIG") {  // of control planes
      continue;
    }
    const bool lists_names = name == "NO_PROXY" || name == "no_proxy";
    own.push_back(lists_names ? variable + "," + base::join(names, ",") : variable);
  }
  return own;
}

}  // namespace ingot::scale
