// SPDX-License-Identifier: Apache-2.0
// Facts about a machine on which nothing is wrong, to change one thing at a time in, and a way to look at one
// finding of a report.
#pragma once

#include "doctor/judge.hpp"

#include <string>

namespace ingot::doctor::test {

[[nodiscard]] Facts good_facts();

// The finding of this check; fails the test when there is none or more than one.
[[nodiscard]] Finding finding(const Report& report, const std::string& check);
[[nodiscard]] bool has_finding(const Report& report, const std::string& check);

// What a judge says of the check once `change` was made to good facts.
template <typename Change>
Finding judged(const std::string& check, Change&& change) {
  Facts facts = good_facts();
  change(facts);
  return finding(judge(facts), check);
}

}  // namespace ingot::doctor::test
