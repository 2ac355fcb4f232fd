// SPDX-License-Identifier: Apache-2.0
// Certificate authorities and the certificates they issue, shaped like kubeadm's (RFC 5280: critical key
// usage and basic constraints, subject and authority key identifiers) so that Go's and OpenSSL's verifiers
// take them, the strict one included. An Authority may issue from several threads at once. Throws
// base::Error{invalid_input} for names that no certificate can hold, Error{untrusted} for PEM that is none.
#pragma once

#include "pki/key.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

struct x509_st;  // OpenSSL's X509

namespace ingot::pki {

// Ten years, kubeadm's life of an authority. Everything of a local cluster lives as long: nothing renews it.
inline constexpr std::chrono::hours kLifetime{24 * 365 * 10};
// Certificates begin this much earlier than now, because the clocks of machines differ (kubeadm's figure).
inline constexpr std::chrono::minutes kBackdate{5};

enum class Usage { server, client, both };

struct CertificateRequest {
  std::string common_name;                 // the user name of a client certificate
  std::vector<std::string> organizations;  // the groups of a client certificate
  std::vector<std::string> dns_names;      // duplicates go; "*.example.com" is fine
  std::vector<std::string> ip_addresses;   // IPv4 or IPv6 in text form; duplicates go
  Usage usage = Usage::client;
  KeyKind key_kind = KeyKind::ec_p256;
  std::chrono::hours lifetime = kLifetime;
};

// A leaf certificate with its private key, both PEM.
struct IssuedCertificate {
  std::string certificate;
  std::string key;
};

// A new key, and a certificate for it that nobody has signed but itself: who knows it trusts it alone, and
// nothing else by it.
[[nodiscard]] IssuedCertificate issue_self_signed(const CertificateRequest& request);

class Authority {
 public:
  // A new self-signed authority; like kubeadm it lists its common name as a DNS name too.
  [[nodiscard]] static Authority make(const std::string& common_name, KeyKind kind = KeyKind::ec_p256);
  // An authority read back from a cluster's ca.crt and ca.key. `origin` names the texts in errors. A key that
  // does not belong to the certificate, or a certificate that may not sign others, is Error{untrusted}.
  [[nodiscard]] static Authority from_pem(const std::string& certificate, const std::string& key,
                                          const std::string& origin);

  [[nodiscard]] const std::string& certificate() const noexcept { return certificate_pem_; }
  [[nodiscard]] std::string key() const { return key_.private_pem(); }

  // A new key and a certificate for it, signed by this authority; it ends with the authority at the latest.
  [[nodiscard]] IssuedCertificate issue(const CertificateRequest& request) const;
  // The same for another one's successor: with its subject, alternative names, usages and kind of key,
  // whoever signed that; and for `more_names`, DNS names and addresses, besides. Error{untrusted} for a text
  // that is no certificate, or one of an authority; Error{unsupported} for a kind of key that is not known.
  [[nodiscard]] IssuedCertificate reissue(const std::string& certificate_pem, std::chrono::hours lifetime,
                                          const std::vector<std::string>& more_names = {}) const;

 private:
  Authority(std::shared_ptr<x509_st> certificate, Key key);
  std::shared_ptr<x509_st> certificate_;  // shared: copies of an Authority are cheap, and it never changes
  Key key_;
  std::string certificate_pem_;
};

}  // namespace ingot::pki
