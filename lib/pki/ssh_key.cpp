// SPDX-License-Identifier: Apache-2.0
#include "pki/ssh_key.hpp"

#include "base/text.hpp"
#include "pki/openssl_call.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace ingot::pki {

namespace {

using openssl::require;

constexpr std::size_t kHalf = 32;  // bytes of a seed, and of a public key
constexpr std::size_t kBlock = 8;  // to which unencrypted private parts are padded
constexpr std::size_t kLine = 70;  // as ssh-keygen breaks them
constexpr std::string_view kKind = "ssh-ed25519";

std::string to_number(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
  }
  return bytes;
}

// A string of the SSH protocol (RFC 4251, 5): its length, then its bytes.
std::string to_string(std::string_view bytes) {
  return to_number(static_cast<std::uint32_t>(bytes.size())).append(bytes);
}

template <typename Read>
std::string raw(Read&& read) {
  std::array<unsigned char, kHalf> bytes{};
  std::size_t size = bytes.size();
  require(read(bytes.data(), &size), "read a private key");
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::uint32_t random_number() {
  std::uint32_t number = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof(number)) == 1, "get random bytes");
  return number;
}

// The same number twice, by which a reader knows that it has decrypted well; the key; padding 1, 2, 3...
std::string private_part(const std::string& seed, const std::string& public_key, const std::string& comment) {
  const auto check = to_number(random_number());
  auto part = check + check + to_string(kKind) + to_string(public_key) + to_string(seed + public_key) +
              to_string(comment);
  for (char next = 1; part.size() % kBlock != 0; ++next) {
    part += next;
  }
  return part;
}

std::string to_pem(const std::string& bytes) {
  const auto text = base::to_base64(bytes);
  std::string pem = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (std::size_t at = 0; at < text.size(); at += kLine) {
    pem += text.substr(at, kLine) + "\n";
  }
  return pem + "-----END OPENSSH PRIVATE KEY-----\n";
}

}  // namespace

SshKey make_ssh_key(const std::string& comment) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      require(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), "make a private key"), EVP_PKEY_free);
  const auto seed =
      raw([&](auto* to, auto* size) { return EVP_PKEY_get_raw_private_key(key.get(), to, size); });
  const auto public_key =
      raw([&](auto* to, auto* size) { return EVP_PKEY_get_raw_public_key(key.get(), to, size); });
  const auto public_blob = to_string(kKind) + to_string(public_key);
  std::string file = "openssh-key-v1";
  file += '\0';
  file += to_string("none") + to_string("none") + to_string("") + to_number(1) + to_string(public_blob) +
          to_string(private_part(seed, public_key, comment));
  return {.private_text = to_pem(file),
          .public_line = std::string(kKind) + " " + base::to_base64(public_blob) + " " + comment};
}

}  // namespace ingot::pki
