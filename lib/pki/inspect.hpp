// SPDX-License-Identifier: Apache-2.0
// What a certificate says: until when it is valid, and the hash by which kubeadm join recognises a cluster's
// authority. Pure functions; base::Error{untrusted} for a text that is no certificate. Only the first
// certificate of a bundle is looked at.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace ingot::pki {

struct Validity {
  std::string common_name;
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
};

[[nodiscard]] Validity validity_of(const std::string& certificate_pem);

// Names and addresses for which it stands, in its order; none is an empty list.
[[nodiscard]] std::vector<std::string> alternative_names(const std::string& certificate_pem);

// For people: "expires 2036-11-18, in 3649 days", "expired 2026-01-02, 14 days ago", "is not valid before
// ...".
[[nodiscard]] std::string describe_expiry(const std::string& certificate_pem,
                                          std::chrono::system_clock::time_point now);

// "sha256:<hex>" over the authority's public key (SPKI): kubeadm's --discovery-token-ca-cert-hash.
[[nodiscard]] std::string ca_hash(const std::string& certificate_pem);

}  // namespace ingot::pki
