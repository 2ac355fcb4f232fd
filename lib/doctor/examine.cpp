// SPDX-License-Identifier: Apache-2.0
#include "doctor/examine.hpp"

#include "doctor/judge.hpp"

namespace ingot::doctor {

Report examine(node::Host& host, const Question& question, const std::stop_token& stop) {
  return judge(gather(host, question, stop));
}

}  // namespace ingot::doctor
