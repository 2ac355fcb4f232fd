// SPDX-License-Identifier: Apache-2.0
#include "instance_name.hpp"

#include "parse.hpp"

namespace ingot::cli {

void declare_instance(Flags& flags, std::vector<std::string>& names, std::size_t limit) {
  flags.positional({.name = "NAME",
                    .help = "of the instance",
                    .meaning = Meaning::instance,
                    .limit = limit,
                    .target = &names});
}

const std::string& one_instance(std::string_view command, const std::vector<std::string>& names) {
  if (names.empty()) {
    throw_usage(command, "which instance? Its name is missing");
  }
  return names.front();
}

}  // namespace ingot::cli
