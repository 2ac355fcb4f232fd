// SPDX-License-Identifier: Apache-2.0
// How this module's files call OpenSSL: owners for its objects and its error queue as our Error. Included by
// .cpp files of this folder only, because it needs OpenSSL's headers.
#pragma once

#include "base/error.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace ingot::pki::openssl {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using Usages = std::unique_ptr<EXTENDED_KEY_USAGE, Freed<EXTENDED_KEY_USAGE_free>>;
using Bits = std::unique_ptr<ASN1_BIT_STRING, Freed<ASN1_BIT_STRING_free>>;
using Octets = std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>>;

// The oldest entry of this thread's error queue in OpenSSL's words; the queue is empty afterwards.
[[nodiscard]] inline std::string last_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) {
    return "no reason given";
  }
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "error " + std::to_string(code);
}

// Hands `value` through, or throws Error{internal} when it is null or zero, which is how OpenSSL says no.
template <typename T>
T require(T value, const char* doing) {
  if (!value) {
    throw base::Error(base::ErrorCode::internal, std::string("cannot ") + doing, last_error());
  }
  return value;
}

[[nodiscard]] inline Bio reader(const std::string& text) {
  return Bio(require(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), "read a text"));
}

[[nodiscard]] inline Bio writer() {
  return Bio(require(BIO_new(BIO_s_mem()), "make a text"));
}

[[nodiscard]] inline std::string written(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace ingot::pki::openssl
