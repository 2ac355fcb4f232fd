// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "base/text.hpp"
#include "certs/places.hpp"
#include "pki/inspect.hpp"

#include <fmt/format.h>

namespace ingot::certs {

namespace {

std::string key_problem(const Place& place) {
  if (place.key.empty()) {
    // An authority's may be elsewhere, and those that ingot does not know need not have one.
    return place.is_authority || place.purpose.empty() ? "" : "its key is not there";
  }
  return pki::has_key(place.certificate, place.key) ? "" : "its key belongs to another certificate";
}

void judge_time(Certificate& found, Time now) {
  if (now > *found.not_after) {
    found.state = State::expired;
    found.detail = "expired " + base::day_of(*found.not_after);
  } else if (now < *found.not_before) {
    found.state = State::early;
    found.detail = "is not valid before " + base::to_rfc3339(*found.not_before);
  } else if (*found.not_after - now < kSoon) {
    found.state = State::expiring;
    found.detail = "expires " + base::day_of(*found.not_after);
  } else {
    found.state = State::valid;
  }
}

void judge(Certificate& found, const Place& place, const NodeFiles& node, Time now) {
  if (auto problem = key_problem(place); !problem.empty()) {
    found.state = State::broken;
    found.detail = std::move(problem);
  } else if (!is_of_its_authority(place, node)) {
    found.state = State::foreign;
    found.detail =
        place.authority.empty() ? "its authority is not there" : "was not issued by " + place.authority;
  } else {
    judge_time(found, now);
  }
}

}  // namespace

bool is_of_its_authority(const Place& place, const NodeFiles& node) {
  if (!place.authority.empty()) {
    const auto authority = authority_of(node, place.authority);
    return !authority.empty() && pki::is_issued_by(place.certificate, authority);
  }
  if (place.purpose.empty()) {
    return true;  // whose it is nobody knows
  }
  for (const auto& beside : pki::certificates_in(place.certificate)) {
    if (pki::is_issued_by(place.certificate, beside)) {
      return true;
    }
  }
  const auto authority = place.is_authority ? std::string() : authority_of(node, "ca");
  return !authority.empty() && pki::is_issued_by(place.certificate, authority);
}

Certificate examine(const Place& place, const NodeFiles& node, Time now) {
  Certificate found{.node = node.node.name,
                    .name = place.name,
                    .path = place.path,
                    .purpose = place.purpose,
                    .authority = place.authority,
                    .is_authority = place.is_authority};
  try {
    const auto validity = pki::validity_of(place.certificate);
    const auto details = pki::details_of(place.certificate);
    found.subject = details.subject;
    found.issuer = details.issuer;
    found.key = details.key;
    found.names = pki::alternative_names(place.certificate);
    found.not_before = validity.not_before;
    found.not_after = validity.not_after;
    judge(found, place, node, now);
  } catch (const base::Error& error) {
    found.state = State::broken;
    found.detail = "is no certificate: " + error.failure().cause;
    if (error.failure().cause.empty()) {
      found.detail = error.failure().message;
    }
  }
  return found;
}

}  // namespace ingot::certs
