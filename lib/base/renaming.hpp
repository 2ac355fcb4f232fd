// SPDX-License-Identifier: Apache-2.0
// Names and addresses in a text, and others in their place: "demo-worker" is no part of "demo-worker2", and
// "10.0.0.2" none of "10.0.0.22". Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace ingot::base {

class Renaming {
 public:
  void add(const std::string& old, const std::string& renamed);
  // Every word that was added, all at once: what stands in place of one is not looked at again. A word ends
  // where neither a letter nor a digit, '-' or '.' with a digit behind it, goes on; an IPv6 address not
  // before ':', either.
  [[nodiscard]] std::string in(std::string_view text) const;
  // The new one; empty for what was not added.
  [[nodiscard]] std::string of(const std::string& old) const;

 private:
  std::map<std::string, std::string> words_;
};

}  // namespace ingot::base
