// SPDX-License-Identifier: Apache-2.0
// What the tests of lib/pki read out of a certificate, with OpenSSL's own printers and verifier rather than
// with the code under test.
#pragma once

#include <string>

namespace ingot::pki_test {

// "subject | key usage | extended key usage | basic constraints | alternative names", as OpenSSL prints them.
std::string summary(const std::string& certificate_pem);

// Empty when `certificate` verifies strictly (X509_V_FLAG_X509_STRICT) below `authority` for a purpose,
// "server" or "client"; else OpenSSL's words.
std::string verify(const std::string& certificate_pem, const std::string& authority_pem,
                   const std::string& purpose);

// Whether the private key belongs to the certificate.
bool belongs(const std::string& key_pem, const std::string& certificate_pem);

// Serial number in hexadecimal, with a leading minus if negative.
std::string serial(const std::string& certificate_pem);

}  // namespace ingot::pki_test
