// SPDX-License-Identifier: Apache-2.0
#include "pki/certificate.hpp"

#include "pki/openssl_call.hpp"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <set>
#include <utility>

namespace ingot::pki {

using base::Error;
using base::ErrorCode;
using openssl::require;

namespace {

// 20 bytes are the most RFC 5280 allows; the top bits make the number positive and its length fixed.
void set_serial(X509* certificate) {
  std::array<unsigned char, 20> bytes{};
  require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "get random bytes");
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3FU) | 0x40U);
  require(ASN1_STRING_set(X509_get_serialNumber(certificate), bytes.data(), static_cast<int>(bytes.size())),
          "set a serial number");
}

void set_lifetime(X509* certificate, std::chrono::hours lifetime) {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = [](auto time) { return std::chrono::system_clock::to_time_t(time); };
  require(ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(now - kBackdate)), "set a start time");
  require(ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(now + lifetime)), "set an expiry time");
}

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

void add_extension(X509* certificate, int nid, void* value, bool critical) {
  require(X509_add1_ext_i2d(certificate, nid, value, critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1,
          "add an extension to a certificate");
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

void add_basic_constraints(X509* certificate, bool is_authority) {
  BASIC_CONSTRAINTS constraints{};
  constraints.ca = is_authority ? 0xFF : 0;
  add_extension(certificate, NID_basic_constraints, &constraints, true);
}

// RFC 5280, 4.2.1.2, method 1: SHA-1 of the public key's bits. A mere label; nothing rests on its strength.
openssl::Octets key_identifier(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  require(X509_pubkey_digest(certificate, EVP_sha1(), digest.data(), &size), "hash a public key");
  openssl::Octets octets(require(ASN1_OCTET_STRING_new(), "make a key identifier"));
  require(ASN1_OCTET_STRING_set(octets.get(), digest.data(), static_cast<int>(size)), "set a key identifier");
  return octets;
}

void add_key_identifiers(X509* certificate, const X509* issuer) {
  const openssl::Octets own = key_identifier(certificate);
  add_extension(certificate, NID_subject_key_identifier, own.get(), false);
  if (issuer == nullptr) {
    return;
  }
  // The issuer's own label, not one we compute: an authority made by others may use another method.
  const ASN1_OCTET_STRING* theirs = X509_get0_subject_key_id(const_cast<X509*>(issuer));
  openssl::Octets copy =
      theirs != nullptr ? openssl::Octets(ASN1_OCTET_STRING_dup(theirs)) : key_identifier(issuer);
  AUTHORITY_KEYID authority{};
  authority.keyid = copy.get();
  add_extension(certificate, NID_authority_key_identifier, &authority, false);
}

void add_name(const openssl::Names& names, int type, const unsigned char* bytes, std::size_t size) {
  GENERAL_NAME* name = require(GENERAL_NAME_new(), "make an alternative name");
  ASN1_STRING* value = type == GEN_DNS ? ASN1_IA5STRING_new() : ASN1_OCTET_STRING_new();
  ASN1_STRING_set(value, bytes, static_cast<int>(size));
  GENERAL_NAME_set0_value(name, type, value);
  sk_GENERAL_NAME_push(names.get(), name);
}

void add_dns_name(const openssl::Names& names, const std::string& text) {
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
  if (text.empty() || !plain) {
    throw Error(ErrorCode::invalid_input, "'" + text + "' is not a DNS name");
  }
  add_name(names, GEN_DNS, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

std::string address_bytes(const std::string& text) {
  std::string bytes(4, '\0');
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return bytes;
  }
  bytes.resize(16);
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return bytes;
  }
  throw Error(ErrorCode::invalid_input, "'" + text + "' is not an IP address");
}

void add_alternative_names(X509* certificate, const CertificateRequest& request) {
  const openssl::Names names(require(sk_GENERAL_NAME_new_null(), "make alternative names"));
  for (const std::string& name : std::set<std::string>(request.dns_names.begin(), request.dns_names.end())) {
    add_dns_name(names, name);
  }
  std::set<std::string> seen;
  for (const std::string& address : request.ip_addresses) {
    const std::string bytes = address_bytes(address);
    if (seen.insert(bytes).second) {
      add_name(names, GEN_IPADD, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    }
  }
  if (sk_GENERAL_NAME_num(names.get()) > 0) {
    add_extension(certificate, NID_subject_alt_name, names.get(), false);
  }
}

// Everything but issuer, usages and signature.
openssl::Certificate begin_certificate(const CertificateRequest& request, const Key& key) {
  openssl::Certificate certificate(require(X509_new(), "make a certificate"));
  require(X509_set_version(certificate.get(), X509_VERSION_3), "set a certificate's version");
  set_serial(certificate.get());
  set_lifetime(certificate.get(), request.lifetime);
  set_subject(certificate.get(), request);
  require(X509_set_pubkey(certificate.get(), key.handle()), "set a certificate's key");
  return certificate;
}

std::string to_pem(X509* certificate) {
  const openssl::Bio out = openssl::writer();
  require(PEM_write_bio_X509(out.get(), certificate), "write a certificate");
  return openssl::written(out);
}

void sign(X509* certificate, const Key& key) {
  require(X509_sign(certificate, key.handle(), EVP_sha256()) > 0, "sign a certificate");
}

}  // namespace

Authority::Authority(std::shared_ptr<x509_st> certificate, Key key)
    : certificate_(std::move(certificate)),
      key_(std::move(key)),
      certificate_pem_(to_pem(certificate_.get())) {}

Authority Authority::make(const std::string& common_name, KeyKind kind) {
  Key key = Key::make(kind);
  const CertificateRequest request{.common_name = common_name, .dns_names = {common_name}};
  openssl::Certificate certificate = begin_certificate(request, key);
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
  const openssl::Certificate certificate = begin_certificate(request, key);
  require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get())),
          "set an issuer");
  add_key_usage(certificate.get(), false);
  add_extended_usage(certificate.get(), request.usage);
  add_basic_constraints(certificate.get(), false);
  add_key_identifiers(certificate.get(), certificate_.get());
  add_alternative_names(certificate.get(), request);
  sign(certificate.get(), key_);
  return {to_pem(certificate.get()), key.private_pem()};
}

}  // namespace ingot::pki
