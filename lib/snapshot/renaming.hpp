// SPDX-License-Identifier: Apache-2.0
// Old names and addresses of nodes, and new ones in their place. Pure. Internal to lib/snapshot.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace ingot::snapshot {

class Renaming {
 public:
  void add(const std::string& old, const std::string& renamed);
  // Every word that was added, all at once: what stands in place of one is not looked at again. A word ends
  // where neither a letter nor a digit, '-' or '.' with a digit behind it, goes on.
  [[nodiscard]] std::string in(std::string_view text) const;
  // The new one; empty for what was not added.
  [[nodiscard]] std::string of(const std::string& old) const;

 private:
  std::map<std::string, std::string> words_;
};

}  // namespace ingot::snapshot
