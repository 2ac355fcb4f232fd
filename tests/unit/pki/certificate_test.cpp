// SPDX-License-Identifier: Apache-2.0
#include "pki/certificate.hpp"

#include "base/error.hpp"
#include "pki/inspect.hpp"
#include "read_certificate.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <thread>
#include <vector>

using namespace ingot::pki;
using namespace ingot::pki_test;
using ingot::base::Error;
using ingot::base::ErrorCode;
using namespace std::chrono_literals;

namespace {

ErrorCode code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("an issued certificate verifies strictly below its authority, for its usage only", "[pki]") {
  for (const KeyKind kind : {KeyKind::ec_p256, KeyKind::rsa_2048}) {
    const Authority authority = Authority::make("test", kind);
    const IssuedCertificate server = authority.issue(
        {.common_name = "s", .dns_names = {"s.example"}, .usage = Usage::server, .key_kind = kind});
    CHECK(verify(server.certificate, authority.certificate(), "server") == "");
    CHECK(verify(server.certificate, authority.certificate(), "client") == "unsuitable certificate purpose");
    CHECK(belongs(server.key, server.certificate));
    const Authority other = Authority::make("test", kind);
    CHECK(verify(server.certificate, other.certificate(), "server") != "");
    CHECK_FALSE(belongs(other.key(), server.certificate));
  }
}

TEST_CASE("private keys have the traditional forms that kubeadm writes", "[pki]") {
  CHECK(make_key_pair().private_pem.starts_with("-----BEGIN EC PRIVATE KEY-----\n"));
  CHECK(make_key_pair().public_pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
  CHECK(make_key_pair(KeyKind::rsa_2048).private_pem.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
}

TEST_CASE("serial numbers are positive, 20 bytes long and never the same", "[pki]") {
  const Authority authority = Authority::make("test");
  const std::string first = serial(authority.issue({.common_name = "a"}).certificate);
  CHECK(first.size() == 40);
  CHECK(first[0] >= '4');
  CHECK(first[0] <= '7');
  CHECK(first != serial(authority.issue({.common_name = "a"}).certificate));
}

TEST_CASE("an authority read back from PEM issues certificates the first one vouches for", "[pki]") {
  const Authority authority = Authority::make("test");
  const Authority again = Authority::from_pem(authority.certificate(), authority.key(), "ca.crt");
  const IssuedCertificate client = again.issue({.common_name = "c", .organizations = {"g1", "g2"}});
  CHECK(verify(client.certificate, authority.certificate(), "client") == "");
  CHECK(summary(client.certificate).starts_with("CN=c,O=g2+O=g1 | "));
}

TEST_CASE("texts that are no authority are refused", "[pki]") {
  const Authority authority = Authority::make("test");
  const Authority other = Authority::make("other");
  const IssuedCertificate leaf = authority.issue({.common_name = "leaf"});
  const auto load = [](const std::string& certificate, const std::string& key) {
    return code_of([&] { (void)Authority::from_pem(certificate, key, "ca.crt"); });
  };
  CHECK(load("nonsense", authority.key()) == ErrorCode::untrusted);
  CHECK(load(authority.certificate(), "nonsense") == ErrorCode::untrusted);
  CHECK(load(authority.certificate(), other.key()) == ErrorCode::untrusted);
  CHECK(load(leaf.certificate, leaf.key) == ErrorCode::untrusted);
  CHECK(load(authority.certificate().substr(0, 200), authority.key()) == ErrorCode::untrusted);
}

TEST_CASE("names that no certificate can hold are bad input", "[pki]") {
  const Authority authority = Authority::make("test");
  const auto issue = [&](const CertificateRequest& request) {
    return code_of([&] { (void)authority.issue(request); });
  };
  CHECK(issue({.common_name = std::string(65, 'a')}) == ErrorCode::invalid_input);
  CHECK(issue({.common_name = ""}) == ErrorCode::invalid_input);
  CHECK(issue({.common_name = "a", .dns_names = {"a,IP:1.2.3.4 "}}) == ErrorCode::invalid_input);
  CHECK(issue({.common_name = "a", .ip_addresses = {"1.2.3"}}) == ErrorCode::invalid_input);
}

TEST_CASE("a DNS name cannot smuggle in another kind of name", "[pki]") {
  const IssuedCertificate issued =
      Authority::make("test").issue({.common_name = "a", .dns_names = {"a,IP:1.2.3.4"}});
  CHECK(summary(issued.certificate).find("IP Address") == std::string::npos);
}

TEST_CASE("a certificate began a few minutes ago and lives ten years", "[pki]") {
  const auto now = std::chrono::system_clock::now();
  const Authority authority = Authority::make("test");
  const Validity validity = validity_of(authority.issue({.common_name = "user"}).certificate);
  CHECK(validity.common_name == "user");
  CHECK(validity.not_before < now - 4min);
  CHECK(validity.not_before > now - 6min);
  CHECK(validity.not_after > now + kLifetime - 1min);
  CHECK(validity.not_after < now + kLifetime + 1min);
}

TEST_CASE("the expiry of a certificate is told in words", "[pki]") {
  const std::string pem = Authority::make("test").issue({.common_name = "a", .lifetime = 49h}).certificate;
  const Validity validity = validity_of(pem);
  const std::string day = [&] {
    const std::string text = describe_expiry(pem, validity.not_after);
    return text.substr(8, 10);
  }();
  CHECK(describe_expiry(pem, validity.not_after - 47h) == "expires " + day + ", in 1 day");
  CHECK(describe_expiry(pem, validity.not_after + 72h) == "expired " + day + ", 3 days ago");
  CHECK(describe_expiry(pem, validity.not_before - 1h).starts_with("is not valid before 20"));
  CHECK(code_of([] { (void)describe_expiry("nonsense", {}); }) == ErrorCode::untrusted);
}

TEST_CASE("the discovery hash is the one kubeadm computes", "[pki]") {
  // A ca.crt that kubeadm 1.36.3 made; its hash by: openssl x509 -pubkey | openssl pkey -pubin -outform der |
  // openssl dgst -sha256.
  const std::string pem =
      "-----BEGIN CERTIFICATE-----\n"
      "MIIBeTCCAR+gAwIBAgIIFHeZJx1B2h4wCgYIKoZIzj0EAwIwFTETMBEGA1UEAxMK\n"
      "a3ViZXJuZXRlczAeFw0yNjExMjEwNzA2MDJaFw0zNjExMTgwNzExMDJaMBUxEzAR\n"
      "BgNVBAMTCmt1YmVybmV0ZXMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATkLav6\n"
      "etHazNszF6B5vd6YGXBEe4mtyxt/+KGOUndvcV0b3HsxyN2V4lPabz78RR43Apl6\n"
      "2W6UJJ9P1U5prJE+o1kwVzAOBgNVHQ8BAf8EBAMCAqQwDwYDVR0TAQH/BAUwAwEB\n"
      "/zAdBgNVHQ4EFgQUbWICJpXcZy3bQjvfDlmQsA7KoG0wFQYDVR0RBA4wDIIKa3Vi\n"
      "ZXJuZXRlczAKBggqhkjOPQQDAgNIADBFAiEA7l9M+SOFR8qC2/14JazjhMUk02ib\n"
      "o5ZkxI/cZXeqj2ECIAu/Y2epzC0hFLsOYfs+hFukIyDmKkVrJDfU4kL5YdkX\n"
      "-----END CERTIFICATE-----\n";
  CHECK(ca_hash(pem) == "sha256:aae73cb2d47f155cb49fb710e36dbbbc8f50ef1936f8d94ee57562194b658440");
}

TEST_CASE("several threads may issue from one authority", "[pki]") {
  const Authority authority = Authority::make("test");
  std::vector<std::string> problems(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& problem : problems) {
      threads.emplace_back([&authority, &problem] {
        for (int i = 0; i < 20; ++i) {
          const IssuedCertificate issued = authority.issue({.common_name = "a"});
          problem += verify(issued.certificate, authority.certificate(), "client");
        }
      });
    }
  }
  CHECK(problems == std::vector<std::string>(4));
}

TEST_CASE("a certificate that has signed itself stands for its names, and vouches for nobody", "[pki]") {
  const IssuedCertificate own = issue_self_signed(
      {.common_name = "own", .dns_names = {"s.example"}, .ip_addresses = {"::1"}, .usage = Usage::server});
  CHECK(verify(own.certificate, own.certificate, "server") == "");
  CHECK(belongs(own.key, own.certificate));
  CHECK(alternative_names(own.certificate) == std::vector<std::string>{"s.example", "::1"});
  CHECK_FALSE(details_of(own.certificate).is_authority);
  CHECK(fingerprint_of(own.certificate) !=
        fingerprint_of(issue_self_signed({.common_name = "own"}).certificate));
}
