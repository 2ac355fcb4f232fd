// SPDX-License-Identifier: Apache-2.0
#include "pki/key.hpp"

#include "pki/openssl_call.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

namespace ingot::pki {

using openssl::require;

Key::Key(evp_pkey_st* key) : key_(key, EVP_PKEY_free) {}

Key Key::make(KeyKind kind) {
  EVP_PKEY* key = kind == KeyKind::rsa_2048 ? EVP_RSA_gen(2048U) : EVP_EC_gen("P-256");
  return Key(require(key, "make a private key"));
}

Key Key::make_like(const evp_pkey_st* other) {
  constexpr int kLeast = 2048;
  constexpr int kMost = 4096;  // what comes from elsewhere shall not keep us busy for minutes
  switch (EVP_PKEY_get_base_id(other)) {
    case EVP_PKEY_RSA: {
      const int bits = std::clamp(EVP_PKEY_get_bits(other), kLeast, kMost);
      return Key(require(EVP_RSA_gen(static_cast<unsigned>(bits)), "make a private key"));
    }
    case EVP_PKEY_EC: {
      std::array<char, 64> curve{};
      std::size_t size = 0;
      require(EVP_PKEY_get_group_name(other, curve.data(), curve.size(), &size), "name a curve");
      return Key(require(EVP_EC_gen(curve.data()), "make a private key"));
    }
    default:
      throw base::Error(base::ErrorCode::unsupported, "the certificate's kind of key cannot be made anew");
  }
}

Key Key::from_pem(const std::string& pem, const std::string& origin) {
  // An empty pass phrase: without it OpenSSL would ask for one on the terminal.
  char no_passphrase[] = "";
  EVP_PKEY* key = PEM_read_bio_PrivateKey(openssl::reader(pem).get(), nullptr, nullptr, no_passphrase);
  if (key == nullptr) {
    throw base::Error(base::ErrorCode::untrusted, origin + " is not a private key", openssl::last_error());
  }
  return Key(key);
}

std::string Key::private_pem() const {
  const openssl::Bio out = openssl::writer();
  // "traditional" is SEC1 or PKCS #1: what kubeadm writes, and the only forms its loader calls by name.
  require(PEM_write_bio_PrivateKey_traditional(out.get(), handle(), nullptr, nullptr, 0, nullptr, nullptr),
          "write a private key");
  return openssl::written(out);
}

std::string Key::public_pem() const {
  const openssl::Bio out = openssl::writer();
  require(PEM_write_bio_PUBKEY(out.get(), handle()), "write a public key");
  return openssl::written(out);
}

KeyPair make_key_pair(KeyKind kind) {
  const Key key = Key::make(kind);
  return {key.private_pem(), key.public_pem()};
}

}  // namespace ingot::pki
