// SPDX-License-Identifier: Apache-2.0
// What a new certificate and one that is issued anew have in common. Internal to lib/pki; throws
// Error{internal} when OpenSSL refuses.
#pragma once

#include "pki/key.hpp"
#include "pki/openssl_call.hpp"

#include <chrono>
#include <string>

namespace ingot::pki::openssl {

void set_serial(X509* certificate);
// From now on, and never beyond the issuer's own end; `issuer` is null for an authority.
void set_lifetime(X509* certificate, std::chrono::hours lifetime, const X509* issuer);
// `value`: of the type that belongs to `nid`.
void add_extension(X509* certificate, int nid, void* value, bool critical);
void add_basic_constraints(X509* certificate, bool is_authority);
void add_key_identifiers(X509* certificate, const X509* issuer);
// "192.0.2.1" and "fd00::1" as a certificate holds them; empty, or Error{invalid_input}, for what is neither.
[[nodiscard]] std::string address_bytes(const std::string& text);
[[nodiscard]] std::string require_address_bytes(const std::string& text);
// One more alternative name. Error{invalid_input} for what cannot be one.
void add_dns_name(const Names& names, const std::string& text);
void add_ip_address(const Names& names, const std::string& text);
void sign(X509* certificate, const Key& key);
[[nodiscard]] std::string to_pem(X509* certificate);
// The first of a bundle. Error{untrusted} for a text that has none.
[[nodiscard]] Certificate read_certificate(const std::string& pem);

}  // namespace ingot::pki::openssl
