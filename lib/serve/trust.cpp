// SPDX-License-Identifier: Apache-2.0
#include "serve/trust.hpp"

#include "base/text.hpp"
#include "pki/inspect.hpp"

#include <fmt/format.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>

namespace ingot::serve {

namespace {

using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free_all(bio); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* one) { X509_free(one); })>;

constexpr std::string_view kPin = "sha256:";
constexpr std::size_t kPinDigits = 64;

std::string to_pem(X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) {
    return {};
  }
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_authorities(X509_STORE* store, const std::string& pem) {
  for (const auto& one : pki::certificates_in(pem)) {
    const Bio in(BIO_new_mem_buf(one.data(), static_cast<int>(one.size())));
    const Certificate certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    if (certificate) {
      X509_STORE_add_cert(store, certificate.get());
    }
  }
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);  // whoever is named is trusted, not only roots
}

bool is_valid_now(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
         X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> fingerprints_in(const std::string& pem) {
  std::vector<std::string> fingerprints;
  for (const auto& one : pki::certificates_in(pem)) {
    try {
      fingerprints.push_back(pki::fingerprint_of(one));
    } catch (const base::Error&) {  // what is damaged is not known
    }
  }
  return fingerprints;
}

Trust read_pin(const std::string& given) {
  std::string digits = base::replace_all(given.substr(kPin.size()), ":", "");
  std::ranges::transform(digits, digits.begin(),
                         [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (digits.size() != kPinDigits || digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = fmt::format("'{}' is no fingerprint of a certificate", given),
                       .remedy = "sha256: and 64 hexadecimal digits, as ingot serve says when it begins"});
  }
  return {.fingerprints = {std::string(kPin) + digits}, .authorities = {}, .is_pinned = true};
}

}  // namespace

Trust read_trust(const std::string& given) {
  if (given.starts_with(kPin)) {
    return read_pin(given);
  }
  Trust trust{.fingerprints = {}, .authorities = read_text(given), .is_pinned = false};
  trust.fingerprints = fingerprints_in(trust.authorities);
  if (trust.fingerprints.empty()) {
    throw base::Error({.code = base::ErrorCode::invalid_input,
                       .message = fmt::format("{} holds no certificate in PEM", given),
                       .remedy = "name a file of certificates, or sha256:FINGERPRINT"});
  }
  return trust;
}

Trust usual_trust(const std::string& own_certificate) {
  return {.fingerprints = fingerprints_in(read_text(own_certificate)), .authorities = {}, .is_pinned = false};
}

void Verifier::set_up(ssl_ctx_st* context) {
  context_ = context;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &Verifier::decide, this);
}

void Verifier::set_up(ssl_st* connection) {
  auto* wanted = SSL_get0_param(connection);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (pki::is_ip_address(host_)) {
    X509_VERIFY_PARAM_set1_ip_asc(wanted, host_.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(wanted, host_.data(), host_.size());
    // What SSL_set_tlsext_host_name() is, which is no C++.
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host_.c_str()));
  }
}

int Verifier::decide(x509_store_ctx_st* chain, void* self) {
  auto& verifier = *static_cast<Verifier*>(self);
  try {
    verifier.verdict_ = verifier.judge(chain);
  } catch (const std::exception& error) {  // through C, nothing may be thrown
    verifier.verdict_ = Verdict::unknown;
    verifier.reason_ = error.what();
  }
  if (verifier.verdict_ == Verdict::good) {
    X509_STORE_CTX_set_error(chain, X509_V_OK);
  } else if (X509_STORE_CTX_get_error(chain) == X509_V_OK) {
    X509_STORE_CTX_set_error(chain, X509_V_ERR_CERT_UNTRUSTED);
  }
  return verifier.verdict_ == Verdict::good ? 1 : 0;
}

Verifier::Verdict Verifier::judge(x509_store_ctx_st* chain) {
  X509* leaf = X509_STORE_CTX_get0_cert(chain);
  shown_ = to_pem(leaf);
  if (std::ranges::find(trust_.fingerprints, pki::fingerprint_of(shown_)) != trust_.fingerprints.end()) {
    return is_valid_now(leaf) ? Verdict::good : Verdict::not_now;
  }
  if (trust_.is_pinned) {
    reason_ = "it is not the one that was named";
    return Verdict::unknown;
  }
  if (trust_.authorities.empty()) {
    SSL_CTX_set_default_verify_paths(context_);  // not before: it reads hundreds of certificates
  } else {
    add_authorities(SSL_CTX_get_cert_store(context_), trust_.authorities);
    X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(chain), X509_V_FLAG_PARTIAL_CHAIN);
  }
  if (X509_verify_cert(chain) == 1) {
    return Verdict::good;
  }
  const int error = X509_STORE_CTX_get_error(chain);
  reason_ = X509_verify_cert_error_string(error);
  switch (error) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return Verdict::other_names;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Verdict::not_now;
    default:
      return Verdict::unknown;
  }
}

std::optional<base::Failure> Verifier::failure(const std::string& server) const {
  if (verdict_ == Verdict::good || shown_.empty()) {
    return std::nullopt;
  }
  const auto fingerprint = pki::fingerprint_of(shown_);
  base::Failure failure{.code = base::ErrorCode::untrusted};
  switch (verdict_) {
    case Verdict::not_now:
      failure.message = fmt::format("the certificate of the server at {} is not valid now", server);
      failure.cause = "it " + pki::describe_expiry(shown_, std::chrono::system_clock::now());
      failure.remedy = "begin that ingot serve anew: it makes itself another one";
      break;
    case Verdict::other_names:
      failure.message = fmt::format("the certificate of the server at {} is for other names", server);
      failure.cause = base::join(pki::alternative_names(shown_), ", ");
      failure.remedy =
          fmt::format("use one of them; or, if it is your server, --server-cert {}", fingerprint);
      break;
    default:
      failure.message = fmt::format("the certificate of the server at {} is not known", server);
      failure.cause = fmt::format("{}; its fingerprint is {}", reason_, fingerprint);
      failure.remedy =
          fmt::format("if ingot serve has said the same fingerprint there: --server-cert {}", fingerprint);
  }
  return failure;
}

}  // namespace ingot::serve
