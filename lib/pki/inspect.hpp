// SPDX-License-Identifier: Apache-2.0
// What a certificate says: until when it is valid, and the hash by which kubeadm join recognises a cluster's
// authority. Pure functions; base::Error{untrusted} for a text that is no certificate. Only the first
// certificate of a bundle is looked at where nothing else is said.
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
// Whether such a name is an address, "192.0.2.1" or "fd00::1".
[[nodiscard]] bool is_ip_address(const std::string& name);

// What else it says. Names are escaped: whoever made it may have written anything.
struct Details {
  std::string subject;  // "O=kubeadm:cluster-admins, CN=kubernetes-admin"
  std::string issuer;
  std::string key;  // "EC P-256", "RSA 2048"
  bool is_authority = false;
};

[[nodiscard]] Details details_of(const std::string& certificate_pem);

// Whether the authority's key has signed it. Times do not count.
[[nodiscard]] bool is_issued_by(const std::string& certificate_pem, const std::string& authority_pem);

// Whether `key_pem` is its private key; false for what is none.
[[nodiscard]] bool has_key(const std::string& certificate_pem, const std::string& key_pem);

// The certificates of a bundle one by one, at most 16; what is between them is left out.
[[nodiscard]] std::vector<std::string> certificates_in(const std::string& bundle_pem);

// For people: "expires 2036-11-18, in 3649 days", "expired 2026-01-02, 14 days ago", "is not valid before
// ...".
[[nodiscard]] std::string describe_expiry(const std::string& certificate_pem,
                                          std::chrono::system_clock::time_point now);

// "sha256:<hex>" over the whole certificate, as people compare them.
[[nodiscard]] std::string fingerprint_of(const std::string& certificate_pem);

// "sha256:<hex>" over the authority's public key (SPKI): kubeadm's --discovery-token-ca-cert-hash.
[[nodiscard]] std::string ca_hash(const std::string& certificate_pem);

}  // namespace ingot::pki
