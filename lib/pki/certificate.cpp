// SPDX-License-Identifier: Apache-2.0
#include "pki/certificate.hpp"

#include "pki/certificate_parts.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <set>
#include <utility>

namespace ingot::pki {

using base::Error;
using base::ErrorCode;
using namespace openssl;

namespace {

void add_to_name(X509_NAME* name, int nid, const std::string& text, int set) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, bytes, static_cast<int>(text.size()), -1, set) !=
      1) {
    throw Error(ErrorCode::invalid_input, "'" + text + "' cannot be a name in a certificate",
                openssl::last_error());
  }
}

// Groups come before the user name and share one element of the name, as Go writes them.
void set_subject(X509* certificate, const CertificateRequest& request) {
  X509_NAME* name = X509_get_subject_name(certificate);
  int set = 0;
  for (const std::string& organization : request.organizations) {
    add_to_name(name, NID_organizationName, organization, set);
    set = -1;
  }
  add_to_name(name, NID_commonName, request.common_name, 0);
}

void add_key_usage(X509* certificate, bool is_authority) {
  constexpr int kDigitalSignature = 0;  // bit numbers of RFC 5280, 4.2.1.3
  constexpr int kKeyEncipherment = 2;
  constexpr int kKeyCertSign = 5;
  const openssl::Bits bits(require(ASN1_BIT_STRING_new(), "make a key usage"));
  ASN1_BIT_STRING_set_bit(bits.get(), kDigitalSignature, 1);
  ASN1_BIT_STRING_set_bit(bits.get(), kKeyEncipherment, 1);
  ASN1_BIT_STRING_set_bit(bits.get(), kKeyCertSign, is_authority ? 1 : 0);
  add_extension(certificate, NID_key_usage, bits.get(), true);
}

void add_extended_usage(X509* certificate, Usage usage) {
  const openssl::Usages usages(require(EXTENDED_KEY_USAGE_new(), "make an extended key usage"));
  if (usage != Usage::client) {
    sk_ASN1_OBJECT_push(usages.get(), OBJ_nid2obj(NID_server_auth));
  }
  if (usage != Usage::server) {
    sk_ASN1_OBJECT_push(usages.get(), OBJ_nid2obj(NID_client_auth));
  }
  add_extension(certificate, NID_ext_key_usage, usages.get(), false);
}

void add_alternative_names(X509* certificate, const CertificateRequest& request) {
  const openssl::Names names(require(sk_GENERAL_NAME_new_null(), "make alternative names"));
  for (const std::string& name : std::set<std::string>(request.dns_names.begin(), request.dns_names.end())) {
    add_dns_name(names, name);
  }
  std::set<std::string> seen;
  for (const std::string& address : request.ip_addresses) {
    if (seen.insert(require_address_bytes(address)).second) {
      add_ip_address(names, address);
    }
  }
  if (sk_GENERAL_NAME_num(names.get()) > 0) {
    add_extension(certificate, NID_subject_alt_name, names.get(), false);
  }
}

// Everything but issuer, usages and signature.
openssl::Certificate begin_certificate(const CertificateRequest& request, const Key& key,
                                       const X509* issuer) {
  openssl::Certificate certificate(require(X509_new(), "make a certificate"));
  require(X509_set_version(certificate.get(), X509_VERSION_3), "set a certificate's version");
  set_serial(certificate.get());
  set_lifetime(certificate.get(), request.lifetime, issuer);
  set_subject(certificate.get(), request);
  require(X509_set_pubkey(certificate.get(), key.handle()), "set a certificate's key");
  return certificate;
}

// What makes it one for servers or clients; `issuer` is null where it is its own.
void complete_leaf(X509* certificate, const CertificateRequest& request, const X509* issuer,
                   const Key& signing_key) {
  require(X509_set_issuer_name(certificate, X509_get_subject_name(issuer == nullptr ? certificate : issuer)),
          "set an issuer");
  add_key_usage(certificate, false);
  add_extended_usage(certificate, request.usage);
  add_basic_constraints(certificate, false);
  add_key_identifiers(certificate, issuer);
  add_alternative_names(certificate, request);
  sign(certificate, signing_key);
}

}  // namespace

IssuedCertificate issue_self_signed(const CertificateRequest& request) {
  const Key key = Key::make(request.key_kind);
  const openssl::Certificate certificate = begin_certificate(request, key, nullptr);
  complete_leaf(certificate.get(), request, nullptr, key);
  return {to_pem(certificate.get()), key.private_pem()};
}

Authority::Authority(std::shared_ptr<x509_st> certificate, Key key)
    : certificate_(std::move(certificate)),
      key_(std::move(key)),
      certificate_pem_(to_pem(certificate_.get())) {
  // OpenSSL reads extensions when they are first asked for: here, before several threads do.
  X509_check_purpose(certificate_.get(), -1, 0);
}

Authority Authority::make(const std::string& common_name, KeyKind kind) {
  Key key = Key::make(kind);
  const CertificateRequest request{.common_name = common_name, .dns_names = {common_name}};
  openssl::Certificate certificate = begin_certificate(request, key, nullptr);
  require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())), "set an issuer");
  add_key_usage(certificate.get(), true);
  add_basic_constraints(certificate.get(), true);
  add_key_identifiers(certificate.get(), nullptr);
  add_alternative_names(certificate.get(), request);
  sign(certificate.get(), key);
  return Authority({certificate.release(), X509_free}, std::move(key));
}

Authority Authority::from_pem(const std::string& certificate, const std::string& key,
                              const std::string& origin) {
  X509* parsed = PEM_read_bio_X509(openssl::reader(certificate).get(), nullptr, nullptr, nullptr);
  if (parsed == nullptr) {
    throw Error(ErrorCode::untrusted, origin + " is not a certificate", openssl::last_error());
  }
  std::shared_ptr<x509_st> owned(parsed, X509_free);
  Key private_key = Key::from_pem(key, "the key of " + origin);
  if (X509_check_private_key(parsed, private_key.handle()) != 1) {
    ERR_clear_error();
    throw Error(ErrorCode::untrusted, "the key of " + origin + " belongs to another certificate");
  }
  if (X509_check_ca(parsed) == 0) {
    throw Error(ErrorCode::untrusted, origin + " may not sign certificates");
  }
  return {std::move(owned), std::move(private_key)};
}

IssuedCertificate Authority::issue(const CertificateRequest& request) const {
  const Key key = Key::make(request.key_kind);
  const openssl::Certificate certificate = begin_certificate(request, key, certificate_.get());
  complete_leaf(certificate.get(), request, certificate_.get(), key_);
  return {to_pem(certificate.get()), key.private_pem()};
}

}  // namespace ingot::pki
