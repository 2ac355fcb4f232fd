// SPDX-License-Identifier: Apache-2.0
#include "pki/certificate_parts.hpp"
#include "pki/inspect.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace ingot::pki {

namespace {

using openssl::require;

std::string name_text(const X509_NAME* name) {
  const openssl::Bio out = openssl::writer();
  // RFC 2253's escapes, but in the order in which it is written down.
  constexpr unsigned long kFlags = ASN1_STRFLGS_RFC2253 | XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN;
  X509_NAME_print_ex(out.get(), name, 0, kFlags);
  return openssl::written(out);
}

std::string key_text(const EVP_PKEY* key) {
  if (key == nullptr) {
    return "unknown";
  }
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) {
    const char* type = EVP_PKEY_get0_type_name(key);
    return fmt::format("{} {}", type == nullptr ? "unknown" : type, EVP_PKEY_get_bits(key));
  }
  return fmt::format("EC P-{}", EVP_PKEY_get_bits(key));
}

std::string address_text(const unsigned char* bytes, int size) {
  std::array<char, INET6_ADDRSTRLEN> address{};
  const int family = size == 4 ? AF_INET : AF_INET6;
  const bool is_address =
      (size == 4 || size == 16) && inet_ntop(family, bytes, address.data(), address.size()) != nullptr;
  return is_address ? std::string(address.data()) : std::string();
}

}  // namespace

std::vector<std::string> alternative_names(const std::string& certificate_pem) {
  const openssl::Certificate certificate = openssl::read_certificate(certificate_pem);
  const openssl::Names listed(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> names;
  for (int i = 0; i < sk_GENERAL_NAME_num(listed.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(listed.get(), i);
    const ASN1_STRING* text = name->type == GEN_DNS     ? name->d.dNSName
                              : name->type == GEN_IPADD ? name->d.iPAddress
                                                        : nullptr;
    if (text == nullptr) {
      continue;
    }
    const auto* bytes = ASN1_STRING_get0_data(text);
    const int size = ASN1_STRING_length(text);
    if (name->type == GEN_DNS) {
      names.emplace_back(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    } else if (auto address = address_text(bytes, size); !address.empty()) {
      names.push_back(std::move(address));
    }
  }
  return names;
}

Details details_of(const std::string& certificate_pem) {
  const openssl::Certificate certificate = openssl::read_certificate(certificate_pem);
  return {.subject = name_text(X509_get_subject_name(certificate.get())),
          .issuer = name_text(X509_get_issuer_name(certificate.get())),
          .key = key_text(X509_get0_pubkey(certificate.get())),
          .is_authority = X509_check_ca(certificate.get()) != 0};
}

bool is_issued_by(const std::string& certificate_pem, const std::string& authority_pem) {
  const openssl::Certificate certificate = openssl::read_certificate(certificate_pem);
  const openssl::Certificate authority = openssl::read_certificate(authority_pem);
  EVP_PKEY* key = X509_get0_pubkey(authority.get());
  const bool is_issued =
      key != nullptr && X509_check_ca(authority.get()) != 0 &&
      X509_NAME_cmp(X509_get_issuer_name(certificate.get()), X509_get_subject_name(authority.get())) == 0 &&
      X509_verify(certificate.get(), key) == 1;
  ERR_clear_error();
  return is_issued;
}

bool has_key(const std::string& certificate_pem, const std::string& key_pem) {
  const openssl::Certificate certificate = openssl::read_certificate(certificate_pem);
  try {
    const Key key = Key::from_pem(key_pem, "the key");
    const bool is_its_key = X509_check_private_key(certificate.get(), key.handle()) == 1;
    ERR_clear_error();
    return is_its_key;
  } catch (const base::Error&) {
    return false;
  }
}

std::vector<std::string> certificates_in(const std::string& bundle_pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  constexpr std::size_t kMost = 16;
  std::vector<std::string> found;
  for (std::size_t at = bundle_pem.find(kBegin); at != std::string::npos && found.size() < kMost;
       at = bundle_pem.find(kBegin, at + 1)) {
    const std::size_t end = bundle_pem.find(kEnd, at);
    if (end == std::string::npos) {
      break;
    }
    found.push_back(bundle_pem.substr(at, end + kEnd.size() - at) + "\n");
  }
  return found;
}

}  // namespace ingot::pki
