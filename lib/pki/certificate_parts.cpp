// SPDX-License-Identifier: Apache-2.0
#include "pki/certificate_parts.hpp"

#include "pki/certificate.hpp"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

namespace ingot::pki::openssl {

namespace {

// RFC 5280, 4.2.1.2, method 1: SHA-1 of the public key's bits. A mere label; nothing rests on its strength.
Octets key_identifier(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  require(X509_pubkey_digest(certificate, EVP_sha1(), digest.data(), &size), "hash a public key");
  Octets octets(require(ASN1_OCTET_STRING_new(), "make a key identifier"));
  require(ASN1_OCTET_STRING_set(octets.get(), digest.data(), static_cast<int>(size)), "set a key identifier");
  return octets;
}

void add_name(const Names& names, int type, const unsigned char* bytes, std::size_t size) {
  GENERAL_NAME* name = require(GENERAL_NAME_new(), "make an alternative name");
  ASN1_STRING* value = type == GEN_DNS ? ASN1_IA5STRING_new() : ASN1_OCTET_STRING_new();
  ASN1_STRING_set(value, bytes, static_cast<int>(size));
  GENERAL_NAME_set0_value(name, type, value);
  sk_GENERAL_NAME_push(names.get(), name);
}

}  // namespace

void add_key_identifiers(X509* certificate, const X509* issuer) {
  const Octets own = key_identifier(certificate);
  add_extension(certificate, NID_subject_key_identifier, own.get(), false);
  if (issuer == nullptr) {
    return;
  }
  // The issuer's own label, not one we compute: an authority made by others may use another method.
  const ASN1_OCTET_STRING* theirs = X509_get0_subject_key_id(const_cast<X509*>(issuer));
  Octets copy = theirs != nullptr ? Octets(ASN1_OCTET_STRING_dup(theirs)) : key_identifier(issuer);
  AUTHORITY_KEYID authority{};
  authority.keyid = copy.get();
  add_extension(certificate, NID_authority_key_identifier, &authority, false);
}

// 20 bytes are the most RFC 5280 allows; the top bits make the number positive and its length fixed.
void set_serial(X509* certificate) {
  std::array<unsigned char, 20> bytes{};
  require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "get random bytes");
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3FU) | 0x40U);
  require(ASN1_STRING_set(X509_get_serialNumber(certificate), bytes.data(), static_cast<int>(bytes.size())),
          "set a serial number");
}

void set_lifetime(X509* certificate, std::chrono::hours lifetime, const X509* issuer) {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = [](auto time) { return std::chrono::system_clock::to_time_t(time); };
  require(ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(now - kBackdate)), "set a start time");
  require(ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(now + lifetime)), "set an expiry time");
  if (issuer != nullptr &&
      ASN1_TIME_compare(X509_get0_notAfter(certificate), X509_get0_notAfter(issuer)) > 0) {
    require(X509_set1_notAfter(certificate, X509_get0_notAfter(issuer)), "set an expiry time");
  }
}

void add_extension(X509* certificate, int nid, void* value, bool critical) {
  require(X509_add1_ext_i2d(certificate, nid, value, critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1,
          "add an extension to a certificate");
}

void add_basic_constraints(X509* certificate, bool is_authority) {
  BASIC_CONSTRAINTS constraints{};
  constraints.ca = is_authority ? 0xFF : 0;
  add_extension(certificate, NID_basic_constraints, &constraints, true);
}

std::string address_bytes(const std::string& text) {
  std::string bytes(4, '\0');
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return bytes;
  }
  bytes.resize(16);
  return inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1 ? bytes : std::string();
}

std::string require_address_bytes(const std::string& text) {
  std::string bytes = address_bytes(text);
  if (bytes.empty()) {
    throw base::Error(base::ErrorCode::invalid_input, "'" + text + "' is not an IP address");
  }
  return bytes;
}

void add_dns_name(const Names& names, const std::string& text) {
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
  if (text.empty() || !plain) {
    throw base::Error(base::ErrorCode::invalid_input, "'" + text + "' is not a DNS name");
  }
  add_name(names, GEN_DNS, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

void add_ip_address(const Names& names, const std::string& text) {
  const std::string bytes = require_address_bytes(text);
  add_name(names, GEN_IPADD, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string to_pem(X509* certificate) {
  const openssl::Bio out = openssl::writer();
  require(PEM_write_bio_X509(out.get(), certificate), "write a certificate");
  return openssl::written(out);
}

void sign(X509* certificate, const Key& key) {
  require(X509_sign(certificate, key.handle(), EVP_sha256()) > 0, "sign a certificate");
}

Certificate read_certificate(const std::string& pem) {
  Certificate certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
  if (!certificate) {
    throw base::Error(base::ErrorCode::untrusted, "the text is not a certificate", last_error());
  }
  return certificate;
}

}  // namespace ingot::pki::openssl
