// SPDX-License-Identifier: Apache-2.0
// Private keys, as kubeadm writes them: EC P-256 in SEC1 form or RSA-2048 in PKCS #1 form, public keys in
// PKIX form. A Key owns its secret; copies of it share nothing mutable, so that several threads may sign with
// one Key. Throws base::Error{internal} when OpenSSL refuses, Error{untrusted} for a text that is no key.
#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY; its headers stay in the .cpp files

namespace ingot::pki {

// RSA is for clients that cannot do elliptic curves; it costs some 100 ms of CPU a key instead of 0.05.
enum class KeyKind { ec_p256, rsa_2048 };

// A pair of PEM texts, such as sa.key and sa.pub.
struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};

class Key {
 public:
  // A new random key.
  [[nodiscard]] static Key make(KeyKind kind);
  // A new one of the other's kind and size; RSA has 2048 bits at least, and 4096 at most.
  // Error{unsupported} for a kind that is not known.
  [[nodiscard]] static Key make_like(const evp_pkey_st* other);
  // Reads any private key in PEM (SEC1, PKCS #1 or PKCS #8). `origin` names the text in errors.
  [[nodiscard]] static Key from_pem(const std::string& pem, const std::string& origin);

  [[nodiscard]] std::string private_pem() const;
  [[nodiscard]] std::string public_pem() const;
  // For this module's own files. Never null; owned by this Key.
  [[nodiscard]] evp_pkey_st* handle() const noexcept { return key_.get(); }

 private:
  explicit Key(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st> key_;  // shared: an Authority and its copies sign with one key
};

// A new key pair for signing service account tokens.
[[nodiscard]] KeyPair make_key_pair(KeyKind kind = KeyKind::ec_p256);

}  // namespace ingot::pki
