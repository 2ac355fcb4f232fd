// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"

#include <catch2/catch.hpp>

#include <string>

using ingot::base::redacted;

TEST_CASE("keys and certificates are taken out, as text, in JSON and in base64", "[base]") {
  CHECK(redacted("a\n-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nb") ==
        "a\n(redacted)\nb");
  CHECK(redacted(R"x({"x":"-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n","y":1})x") ==
        R"x({"x":"(redacted)\n","y":1})x");
  CHECK(redacted("-----BEGIN PRIVATE KEY-----\ncut off") == "(redacted)");
  CHECK(redacted("ca: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t== end") == "ca: (redacted) end");
}

TEST_CASE("tokens are taken out wherever they stand", "[base]") {
  CHECK(redacted("kubeadm join x --token abcdef.0123456789abcdef --v 5") ==
        "kubeadm join x --token (redacted) --v 5");
  CHECK(redacted("found abcdef.0123456789abcdef here") == "found (redacted) here");
  CHECK(redacted("Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJl.c2lnbmF0dXJl!") == "Bearer (redacted)!");
  CHECK(redacted("not.a token, nor abcdef.0123 or xabcdef.0123456789abcdef") ==
        "not.a token, nor abcdef.0123 or xabcdef.0123456789abcdef");
}

TEST_CASE("values of secret keys and flags are taken out", "[base]") {
  CHECK(redacted(R"x({"password":"a \" b","next":"c"})x") == R"x({"password":"(redacted)","next":"c"})x");
  CHECK(redacted(R"x({"identityToken" : "abc"})x") == R"x({"identityToken" : "(redacted)"})x");
  CHECK(redacted("client-key-data: abcdef\nserver: x") == "client-key-data: (redacted)\nserver: x");
  CHECK(redacted("--certificate-key 0123 --x") == "--certificate-key (redacted) --x");
  CHECK(redacted("--password=abc def") == "--password=(redacted) def");
  CHECK(redacted("PASSWORD=abc") == "PASSWORD=(redacted)");
  CHECK(redacted(R"("args":"{\"token\":\"abc\"}")").find("abc") == std::string::npos);
  CHECK(redacted(R"({"token":{"a":1}})") == R"({"token":{"a":1}})");
}

TEST_CASE("passwords in addresses are taken out", "[base]") {
  CHECK(redacted("HTTP_PROXY=http://me:secret@proxy:3128/") == "HTTP_PROXY=http://(redacted)@proxy:3128/");
  CHECK(redacted("http://proxy:3128/a@b") == "http://proxy:3128/a@b");
}

TEST_CASE("everything else stays byte for byte", "[base]") {
  for (const std::string text :
       {"", "POST /v1.47/containers/create?name=a-control-plane 201", "token", "tokens: none",
        R"({"kind":"Node","metadata":{"name":"a"},"status":{"conditions":[]}})", "----- BEGIN -----", "://",
        "\x01\xff\n\t"}) {
    CHECK(redacted(text) == text);
  }
}

TEST_CASE("a text made to be slow is not", "[base]") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += "://token= LS0tLS1CRUdJTi-----BEGIN";
  }
  CHECK(redacted(text).size() < 3 * text.size());
}
