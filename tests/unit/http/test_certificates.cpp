// SPDX-License-Identifier: Apache-2.0
#include "test_certificates.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace ingot::http {

namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate to_certificate(const std::string& name, EVP_PKEY* key) {
  Certificate certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), static_cast<long>(name.size() + 1));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

Identity sign(X509* certificate, X509* issuer, EVP_PKEY* own_key, EVP_PKEY* issuer_key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  X509_sign(certificate, issuer_key, EVP_sha256());
  const Bio certificate_text(BIO_new(BIO_s_mem()), &BIO_free);
  const Bio key_text(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_X509(certificate_text.get(), certificate);
  PEM_write_bio_PrivateKey(key_text.get(), own_key, nullptr, nullptr, 0, nullptr, nullptr);
  return {.certificate = text_of(certificate_text.get()), .key = text_of(key_text.get())};
}

}  // namespace

Identity make_authority(const std::string& name) {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate = to_certificate(name, key.get());
  add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  return sign(certificate.get(), certificate.get(), key.get(), key.get());
}

Identity make_identity(const Identity& authority, const std::string& name, const std::string& alternative) {
  const Bio ca_text(BIO_new_mem_buf(authority.certificate.data(), -1), &BIO_free);
  const Bio ca_key_text(BIO_new_mem_buf(authority.key.data(), -1), &BIO_free);
  const Certificate ca(PEM_read_bio_X509(ca_text.get(), nullptr, nullptr, nullptr), &X509_free);
  const Key ca_key(PEM_read_bio_PrivateKey(ca_key_text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate = to_certificate(name, key.get());
  add_extension(certificate.get(), ca.get(), NID_subject_alt_name, alternative);
  return sign(certificate.get(), ca.get(), key.get(), ca_key.get());
}

}  // namespace ingot::http
