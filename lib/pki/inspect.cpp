// SPDX-License-Identifier: Apache-2.0
#include "pki/inspect.hpp"

#include "base/text.hpp"
#include "pki/certificate_parts.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <array>

namespace ingot::pki {

namespace {

using base::Error;
using base::ErrorCode;
using openssl::require;
using std::chrono::system_clock;

system_clock::time_point to_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    throw Error(ErrorCode::untrusted, "the certificate holds a time that is none", openssl::last_error());
  }
  return system_clock::from_time_t(timegm(&parts));
}

std::string common_name_of(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index < 0) {
    return {};
  }
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
  const std::unique_ptr<unsigned char, decltype([](unsigned char* p) { OPENSSL_free(p); })> owner(bytes);
  return size > 0 ? std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size))
                  : std::string();
}

std::string days_between(system_clock::time_point from, system_clock::time_point until) {
  const auto days = std::chrono::duration_cast<std::chrono::days>(until - from).count();
  return fmt::format("{} day{}", days, days == 1 ? "" : "s");
}

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string to_hex(const Digest& digest, unsigned int length) {
  std::string text = "sha256:";
  for (unsigned int i = 0; i < length; ++i) {
    text += fmt::format("{:02x}", digest.at(i));
  }
  return text;
}

}  // namespace

Validity validity_of(const std::string& certificate_pem) {
  const openssl::Certificate certificate = openssl::read_certificate(certificate_pem);
  return {common_name_of(certificate.get()), to_time(X509_get0_notBefore(certificate.get())),
          to_time(X509_get0_notAfter(certificate.get()))};
}

std::string describe_expiry(const std::string& certificate_pem, system_clock::time_point now) {
  const Validity validity = validity_of(certificate_pem);
  if (now < validity.not_before) {
    return "is not valid before " + base::to_rfc3339(validity.not_before);
  }
  if (now > validity.not_after) {
    return "expired " + base::day_of(validity.not_after) + ", " + days_between(validity.not_after, now) +
           " ago";
  }
  return "expires " + base::day_of(validity.not_after) + ", in " + days_between(now, validity.not_after);
}

bool is_ip_address(const std::string& name) {
  return !openssl::address_bytes(name).empty();
}

std::string fingerprint_of(const std::string& certificate_pem) {
  const openssl::Certificate certificate = openssl::read_certificate(certificate_pem);
  Digest digest{};
  unsigned int length = 0;
  require(X509_digest(certificate.get(), EVP_sha256(), digest.data(), &length), "hash a certificate");
  return to_hex(digest, length);
}

std::string ca_hash(const std::string& certificate_pem) {
  const openssl::Certificate certificate = openssl::read_certificate(certificate_pem);
  unsigned char* spki = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &spki);
  require(size > 0, "encode a public key");
  Digest digest{};
  unsigned int length = 0;
  const int done =
      EVP_Digest(spki, static_cast<std::size_t>(size), digest.data(), &length, EVP_sha256(), nullptr);
  OPENSSL_free(spki);
  require(done, "hash a public key");
  return to_hex(digest, length);
}

}  // namespace ingot::pki
