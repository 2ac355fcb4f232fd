// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/template.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace ingot::kubeadm {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

[[noreturn]] void refuse(std::string cause) {
  throw base::Error(base::ErrorCode::untrusted, "the manifest's template cannot be filled in",
                    std::move(cause));
}

void trim_end(std::string& text) {
  const auto last = text.find_last_not_of(kSpace);
  text.resize(last == std::string::npos ? 0 : last + 1);
}

void trim_start(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
}

std::string value_of(std::string_view action, const std::map<std::string, std::string>& variables) {
  const auto name = base::trim(action);
  if (name.size() >= 4 && name.substr(0, 2) == "/*" && name.substr(name.size() - 2) == "*/") {
    return "";
  }
  const auto found =
      name.empty() || name[0] != '.' ? variables.end() : variables.find(std::string(name.substr(1)));
  if (found == variables.end()) {
    refuse(fmt::format("'{{{{{:.60}}}}}' is not known", action));
  }
  return found->second;
}

}  // namespace

std::string fill_template(std::string_view text, const std::map<std::string, std::string>& variables) {
  std::string filled;
  for (auto start = text.find("{{"); start != text.npos; start = text.find("{{")) {
    filled += text.substr(0, start);
    text.remove_prefix(start + 2);
    const auto end = text.find("}}");
    if (end == text.npos) {
      refuse("a '{{' has no '}}'");
    }
    auto action = text.substr(0, end);
    text.remove_prefix(end + 2);
    // Go wants white space beside the dash: "{{-3}}" is a number.
    if (action.size() > 1 && action[0] == '-' && kSpace.find(action[1]) != kSpace.npos) {
      trim_end(filled);
      action.remove_prefix(1);
    }
    if (action.size() > 1 && action.back() == '-' && kSpace.find(action[action.size() - 2]) != kSpace.npos) {
      trim_start(text);
      action.remove_suffix(1);
    }
    filled += value_of(action, variables);
  }
  filled += text;
  return filled;
}

}  // namespace ingot::kubeadm
