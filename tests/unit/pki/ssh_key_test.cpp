// SPDX-License-Identifier: Apache-2.0
#include "pki/ssh_key.hpp"

#include "base/text.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace ingot;

namespace {

// Takes one string of the SSH protocol off the front.
std::string take(std::string& bytes) {
  REQUIRE(bytes.size() >= 4);
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i) {
    size = size * 256 + static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  }
  REQUIRE(bytes.size() >= 4 + size);
  auto text = bytes.substr(4, size);
  bytes.erase(0, 4 + size);
  return text;
}

std::string body_of(const std::string& pem) {
  std::string text;
  for (const auto& line : base::split(pem, '\n')) {
    text += line.starts_with("-----") ? "" : line;
  }
  return base::from_base64(text).value();
}

}  // namespace

TEST_CASE("an SSH key is written as OpenSSH's own format has it", "[unit][pki]") {
  const auto key = pki::make_ssh_key("ingot@dev");
  const auto words = base::split(key.public_line, ' ');
  REQUIRE(words.size() == 3);
  CHECK(words[0] == "ssh-ed25519");
  CHECK(words[2] == "ingot@dev");
  const auto blob = base::from_base64(words[1]).value();

  CHECK(key.private_text.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
  auto body = body_of(key.private_text);
  const std::string magic("openssh-key-v1\0", 15);
  REQUIRE(body.starts_with(magic));
  body.erase(0, magic.size());
  CHECK(take(body) == "none");
  CHECK(take(body) == "none");
  CHECK(take(body).empty());
  CHECK(body.substr(0, 4) == std::string("\0\0\0\1", 4));
  body.erase(0, 4);
  CHECK(take(body) == blob);

  auto secret = take(body);
  CHECK(body.empty());
  CHECK(secret.size() % 8 == 0);
  CHECK(secret.substr(0, 4) == secret.substr(4, 4));
  secret.erase(0, 8);
  CHECK(take(secret) == "ssh-ed25519");
  const auto public_key = take(secret);
  CHECK(blob.ends_with(public_key));
  const auto both = take(secret);
  CHECK(both.size() == 64);
  CHECK(both.ends_with(public_key));
  CHECK(take(secret) == "ingot@dev");
  for (std::size_t i = 0; i < secret.size(); ++i) {
    CHECK(secret[i] == static_cast<char>(i + 1));
  }
}

TEST_CASE("no two SSH keys are the same", "[unit][pki]") {
  CHECK(pki::make_ssh_key("a").private_text != pki::make_ssh_key("a").private_text);
}
