// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "pki/certificate.hpp"
#include "pki/cluster_pki.hpp"
#include "pki/inspect.hpp"
#include "read_certificate.hpp"

#include <catch2/catch.hpp>

using namespace ingot::pki;
using namespace ingot::pki_test;
using namespace std::chrono_literals;
using ingot::base::Error;

TEST_CASE("a certificate issued anew says what the old one said, with a key of its own", "[pki]") {
  const KeyKind kind = GENERATE(KeyKind::ec_p256, KeyKind::rsa_2048);
  const Authority authority = Authority::make("kubernetes", kind);
  const IssuedCertificate old = authority.issue({.common_name = "kube-apiserver",
                                                 .organizations = {"a", "b"},
                                                 .dns_names = {"kubernetes", "*.example"},
                                                 .ip_addresses = {"10.96.0.1", "fd00::1"},
                                                 .usage = GENERATE(Usage::server, Usage::client, Usage::both),
                                                 .key_kind = kind,
                                                 .lifetime = 1h});
  const IssuedCertificate renewed = authority.reissue(old.certificate, 48h);
  CHECK(summary(renewed.certificate) == summary(old.certificate));
  CHECK(details_of(renewed.certificate).key == details_of(old.certificate).key);
  CHECK(serial(renewed.certificate) != serial(old.certificate));
  CHECK(belongs(renewed.key, renewed.certificate));
  CHECK_FALSE(belongs(old.key, renewed.certificate));
  CHECK(validity_of(renewed.certificate).not_after - validity_of(old.certificate).not_after > 46h);
  const bool is_server = summary(old.certificate).find("Server") != std::string::npos;
  CHECK(verify(renewed.certificate, authority.certificate(), is_server ? "server" : "client") == "");
}

TEST_CASE("a certificate issued anew may stand for more names, each once", "[pki]") {
  const Authority authority = Authority::make("kubernetes");
  const auto old = authority.issue(
      {.common_name = "a", .dns_names = {"a"}, .ip_addresses = {"192.0.2.1"}, .usage = Usage::server});
  const auto renewed =
      authority.reissue(old.certificate, 1h, {"b.example", "192.0.2.1", "fd00::2", "a", "192.0.2.3"});
  CHECK(alternative_names(renewed.certificate) ==
        std::vector<std::string>{"a", "192.0.2.1", "192.0.2.3", "b.example", "fd00::2"});
  CHECK(verify(renewed.certificate, authority.certificate(), "server") == "");
  const auto bare = authority.issue({.common_name = "a"});
  CHECK(alternative_names(authority.reissue(bare.certificate, 1h, {"b"}).certificate) ==
        std::vector<std::string>{"b"});
  CHECK_THROWS_AS(authority.reissue(old.certificate, 1h, {"no name"}), Error);
}

TEST_CASE("nothing that an authority issues lasts longer than it does", "[pki]") {
  const Authority authority = Authority::make("kubernetes");
  const auto end = validity_of(authority.certificate()).not_after;
  const auto issued = authority.issue({.common_name = "a", .lifetime = 2 * kLifetime});
  CHECK(validity_of(issued.certificate).not_after == end);
  CHECK(validity_of(authority.reissue(issued.certificate, 2 * kLifetime).certificate).not_after == end);
}

TEST_CASE("everything that is made for a cluster lasts ten years", "[pki]") {
  const auto made = make_cluster_pki(
      {.control_planes = {{"a", "192.0.2.1"}}, .workers = {{"b", ""}}, .service_address = "10.96.0.1"});
  const auto least = std::chrono::system_clock::now() + std::chrono::days(3649);
  for (const auto& [name, node] : made.nodes) {
    CHECK(validity_of(node.kubelet.certificate).not_after > least);
    CHECK(validity_of(node.kubelet_serving.certificate).not_after > least);
    for (const auto& [path, pem] : node.files) {
      CAPTURE(path);
      CHECK((!path.ends_with(".crt") || validity_of(pem).not_after > least));
    }
  }
  CHECK(validity_of(made.nodes.at("a").scheduler.certificate).not_after > least);
  CHECK(validity_of(made.nodes.at("a").controller_manager.certificate).not_after > least);
  CHECK(validity_of(made.admin.certificate).not_after > least);
  CHECK(validity_of(made.super_admin.certificate).not_after > least);
}

TEST_CASE("an authority's certificate, or none, is not issued anew", "[pki]") {
  const Authority authority = Authority::make("kubernetes");
  CHECK_THROWS_AS(authority.reissue(authority.certificate(), 1h), Error);
  CHECK_THROWS_AS(authority.reissue("no certificate", 1h), Error);
}

TEST_CASE("what a certificate says is read with its names escaped", "[pki]") {
  const Authority authority = Authority::make("kubernetes");
  const auto issued = authority.issue({.common_name = "a\x1b[31m, b", .organizations = {"c"}});
  const Details details = details_of(issued.certificate);
  CHECK(details.subject == "O=c, CN=a\\1B[31m\\, b");
  CHECK(details.issuer == "CN=kubernetes");
  CHECK(details.key == "EC P-256");
  CHECK_FALSE(details.is_authority);
  CHECK(details_of(authority.certificate()).is_authority);
}

TEST_CASE("who issued a certificate, and whose key it has, is looked at and not believed", "[pki]") {
  const Authority authority = Authority::make("kubernetes");
  const Authority other = Authority::make("kubernetes");  // of the same name
  const auto issued = authority.issue({.common_name = "a"});
  CHECK(is_issued_by(issued.certificate, authority.certificate()));
  CHECK_FALSE(is_issued_by(issued.certificate, other.certificate()));
  CHECK_FALSE(is_issued_by(issued.certificate, issued.certificate));
  CHECK(has_key(issued.certificate, issued.key));
  CHECK_FALSE(has_key(issued.certificate, other.key()));
  CHECK_FALSE(has_key(issued.certificate, "no key"));
}

TEST_CASE("certificates of a bundle are told apart", "[pki]") {
  const Authority authority = Authority::make("kubernetes");
  const auto issued = authority.issue({.common_name = "a"});
  const auto found = certificates_in("# words\n" + issued.certificate + issued.key + authority.certificate());
  REQUIRE(found.size() == 2);
  CHECK(details_of(found[0]).subject == "CN=a");
  CHECK(details_of(found[1]).is_authority);
  CHECK(certificates_in("-----BEGIN CERTIFICATE-----\nAAAA").empty());
}
