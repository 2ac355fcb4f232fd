// SPDX-License-Identifier: Apache-2.0
#include "certs/results.hpp"

#include <algorithm>

namespace ingot::certs {

std::string to_text(State state) {
  switch (state) {
    case State::valid:
      return "valid";
    case State::expiring:
      return "expiring";
    case State::expired:
      return "expired";
    case State::early:
      return "notYetValid";
    case State::foreign:
      return "foreign";
    case State::broken:
      break;
  }
  return "broken";
}

int Listing::count(State state) const {
  return static_cast<int>(std::ranges::count(certificates, state, &Certificate::state));
}

}  // namespace ingot::certs
