// SPDX-License-Identifier: Apache-2.0
#include "serve/access.hpp"

#include "base/error.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>

namespace ingot::serve {

TEST_CASE("Access: a token is made once, and is its user's alone", "[serve]") {
  const testing::TempDir folder;
  const auto path = (folder.path() / "deep/token").string();
  const auto token = load_token(path);
  CHECK(token.size() == 64);
  CHECK(load_token(path) == token);
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms(0777)) ==
        std::filesystem::perms(0600));
  CHECK(load_token((folder.path() / "other").string()) != token);
  ::chmod(path.c_str(), 0640);
  CHECK_THROWS_AS(load_token(path), base::Error);
}

TEST_CASE("Access: the token is taken from wherever a client can put it, and nothing else", "[serve]") {
  const std::string token(64, 'a');
  const std::string wrong = std::string(63, 'a') + "b";
  CHECK(has_token({.authorization = "Bearer " + token}, token));
  const auto protocols = "ingot.v1, ingot.token." + token;
  CHECK(has_token({.protocols = protocols}, token));
  CHECK(has_token({.query_token = token}, token));
  CHECK_FALSE(has_token({}, token));
  CHECK_FALSE(has_token({}, ""));
  CHECK_FALSE(has_token({.query_token = wrong}, token));
  CHECK_FALSE(has_token({.query_token = token + "a"}, token));
  CHECK_FALSE(has_token({.authorization = "Bearer ", .query_token = token}, token));
}

TEST_CASE("Access: no page of another origin", "[serve]") {
  const OwnOrigins own{.scheme = "http", .hosts = {"127.0.0.1", "localhost"}, .port = 7700};
  CHECK(is_own_origin("", own));
  CHECK(is_own_origin("http://127.0.0.1:7700", own));
  CHECK(is_own_origin("http://localhost:7700", own));
  for (const char* other : {"null", "http://evil.example", "http://127.0.0.1:7701", "https://127.0.0.1:7700",
                            "http://127.0.0.1:7700.evil.example", "http://127.0.0.1", "http://"}) {
    CHECK_FALSE(is_own_origin(other, own));
  }
}

TEST_CASE("Access: pages by TLS are of the names that the certificate has", "[serve]") {
  const OwnOrigins own{.scheme = "https", .hosts = {"fd00::1", "a.example", "*.b.example"}, .port = 443};
  for (const char* mine :
       {"https://[fd00::1]", "https://a.example", "https://a.example:443", "https://x.b.example"}) {
    CHECK(is_own_origin(mine, own));
  }
  for (const char* other : {"http://a.example", "https://a.example:444", "https://b.example",
                            "https://x.y.b.example", "https://evil.example", "https://.b.example"}) {
    CHECK_FALSE(is_own_origin(other, own));
  }
}

}  // namespace ingot::serve
