// SPDX-License-Identifier: Apache-2.0
#include "read_certificate.hpp"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace ingot::pki_test {

namespace {

using Bio = std::unique_ptr<BIO, decltype([](BIO* b) { BIO_free_all(b); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* c) { X509_free(c); })>;
using PrivateKey = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* k) { EVP_PKEY_free(k); })>;
using Store = std::unique_ptr<X509_STORE, decltype([](X509_STORE* s) { X509_STORE_free(s); })>;
using Context = std::unique_ptr<X509_STORE_CTX, decltype([](X509_STORE_CTX* c) { X509_STORE_CTX_free(c); })>;

Certificate parse(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) {
    throw std::runtime_error("not a certificate: " + pem);
  }
  return certificate;
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string extension(const Certificate& certificate, int nid) {
  const int index = X509_get_ext_by_NID(certificate.get(), nid, -1);
  if (index < 0) {
    return "-";
  }
  X509_EXTENSION* found = X509_get_ext(certificate.get(), index);
  const Bio bio(BIO_new(BIO_s_mem()));
  X509V3_EXT_print(bio.get(), found, 0, 0);
  return (X509_EXTENSION_get_critical(found) != 0 ? "critical " : "") + text_of(bio);
}

}  // namespace

std::string summary(const std::string& certificate_pem) {
  const Certificate certificate = parse(certificate_pem);
  const Bio subject(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(subject.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_RFC2253);
  std::string text = text_of(subject);
  for (const int nid : {NID_key_usage, NID_ext_key_usage, NID_basic_constraints, NID_subject_alt_name}) {
    text += " | " + extension(certificate, nid);
  }
  return text;
}

std::string verify(const std::string& certificate_pem, const std::string& authority_pem,
                   const std::string& purpose) {
  const Certificate certificate = parse(certificate_pem);
  const Certificate authority = parse(authority_pem);
  const Store store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), authority.get());
  X509_STORE_set_flags(store.get(), X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
  const Context context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  X509_STORE_CTX_set_purpose(context.get(),
                             purpose == "server" ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
  if (X509_verify_cert(context.get()) == 1) {
    return "";
  }
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

bool belongs(const std::string& key_pem, const std::string& certificate_pem) {
  const Bio bio(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  return key && X509_check_private_key(parse(certificate_pem).get(), key.get()) == 1;
}

std::string serial(const std::string& certificate_pem) {
  const Certificate certificate = parse(certificate_pem);
  BIGNUM* number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr);
  char* text = BN_bn2hex(number);
  std::string result(text);
  OPENSSL_free(text);
  BN_free(number);
  return result;
}

}  // namespace ingot::pki_test
