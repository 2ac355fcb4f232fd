// SPDX-License-Identifier: Apache-2.0
#include "scale/names.hpp"

#include <algorithm>
#include <charconv>

namespace ingot::scale {

namespace {

std::string first_name(const std::string& cluster, std::string_view role) {
  return cluster + "-" + std::string(role);
}

}  // namespace

int node_number(const std::string& cluster, std::string_view role, const std::string& name) {
  const std::string first = first_name(cluster, role);
  if (name == first) {
    return 1;
  }
  if (!name.starts_with(first)) {
    return 0;
  }
  int number = 0;
  const char* end = name.data() + name.size();
  const char* begin = name.data() + first.size();
  const auto [rest, error] = std::from_chars(begin, end, number);
  // "demo-worker02" is none.
  return error == std::errc() && rest == end && *begin != '0' && number > 1 ? number : 0;
}

std::vector<std::string> free_names(const std::string& cluster, std::string_view role,
                                    const std::set<std::string>& taken, int count) {
  std::vector<std::string> names;
  for (int number = 1; static_cast<int>(names.size()) < count; ++number) {
    const std::string name = first_name(cluster, role) + (number == 1 ? "" : std::to_string(number));
    if (!taken.contains(name)) {
      names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> last_names(const std::string& cluster, std::string_view role,
                                    std::vector<std::string> nodes, int count) {
  std::ranges::stable_sort(nodes, std::ranges::greater(),
                           [&](const std::string& name) { return node_number(cluster, role, name); });
  nodes.resize(std::min(nodes.size(), static_cast<std::size_t>(std::max(count, 0))));
  return nodes;
}

}  // namespace ingot::scale
