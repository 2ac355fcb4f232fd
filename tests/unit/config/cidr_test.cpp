// SPDX-License-Identifier: Apache-2.0
#include "config/cidr.hpp"

#include <catch2/catch.hpp>

namespace ingot::config {
namespace {

Cidr cidr(std::string_view text) {
  const auto parsed = parse_cidr(text);
  INFO(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string nth(std::string_view text, std::uint64_t index) {
  const auto address = nth_address(cidr(text), index);
  return address ? to_text(*address) : "none";
}

std::string nth_block(std::string_view text, int length, std::uint64_t index) {
  const auto block = nth_subnet(cidr(text), length, index);
  return block ? to_text(*block) : "none";
}

}  // namespace

TEST_CASE("addresses are parsed strictly and printed canonically", "[config]") {
  CHECK(to_text(*parse_ip("10.0.0.1")) == "10.0.0.1");
  CHECK(to_text(*parse_ip("FD00:0:0::0001")) == "fd00::1");
  CHECK(parse_ip("::")->is_ipv6);
  for (const std::string bad : {"", "10.0.0", "10.0.0.256", "10.0.0.01", " 10.0.0.1", "10.0.0.1 ",
                                "localhost", "fe80::1%eth0", "::1::", "10.0.0.1/8", "1.2.3.4.5"}) {
    INFO(bad);
    CHECK_FALSE(parse_ip(bad));
  }
  CHECK_FALSE(parse_ip(std::string("10.0.0.1\0", 9)));
  CHECK(is_unspecified(*parse_ip("0.0.0.0")));
  CHECK(is_unspecified(*parse_ip("::")));
  CHECK_FALSE(is_unspecified(*parse_ip("::1")));
}

TEST_CASE("prefixes are parsed strictly and lose their host bits", "[config]") {
  CHECK(to_text(cidr("10.244.3.7/16")) == "10.244.0.0/16");
  CHECK(to_text(cidr("10.244.255.255/23")) == "10.244.254.0/23");
  CHECK(to_text(cidr("0.0.0.0/0")) == "0.0.0.0/0");
  CHECK(to_text(cidr("fd00:10:244:ff::/57")) == "fd00:10:244:80::/57");
  for (const std::string bad :
       {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8x",
        "10.0.0.0/+8", "::/129", "/8", "10.0.0.0/8/8", "10.0.0.0/99999999999"}) {
    INFO(bad);
    CHECK_FALSE(parse_cidr(bad));
  }
}

TEST_CASE("a block contains its addresses and overlaps with blocks that share one", "[config]") {
  CHECK(contains(cidr("10.96.0.0/16"), *parse_ip("10.96.255.255")));
  CHECK_FALSE(contains(cidr("10.96.0.0/16"), *parse_ip("10.97.0.0")));
  CHECK_FALSE(contains(cidr("0.0.0.0/0"), *parse_ip("::1")));
  CHECK_FALSE(contains(cidr("::/0"), *parse_ip("10.0.0.1")));
  CHECK(overlap(cidr("10.0.0.0/8"), cidr("10.96.0.0/16")));
  CHECK(overlap(cidr("10.96.0.0/16"), cidr("10.0.0.0/8")));
  CHECK(overlap(cidr("fd00::/56"), cidr("fd00::/56")));
  CHECK_FALSE(overlap(cidr("10.244.0.0/16"), cidr("10.96.0.0/16")));
  CHECK_FALSE(overlap(cidr("10.0.0.0/8"), cidr("::/0")));
}

TEST_CASE("addresses and blocks are counted from the start of a block", "[config]") {
  CHECK(nth("10.96.0.0/16", 10) == "10.96.0.10");
  CHECK(nth("10.96.0.0/16", 256) == "10.96.1.0");
  CHECK(nth("10.96.0.0/16", 65'535) == "10.96.255.255");
  CHECK(nth("10.96.0.0/16", 65'536) == "none");
  CHECK(nth("255.255.255.0/24", 256) == "none");
  CHECK(nth("10.96.0.0/16", ~std::uint64_t{0}) == "none");
  CHECK(nth("fd00:10:96::/112", 1) == "fd00:10:96::1");
  CHECK(nth("fd00::/8", ~std::uint64_t{0}) == "fd00::ffff:ffff:ffff:ffff");
  CHECK(nth_block("10.244.0.0/16", 24, 0) == "10.244.0.0/24");
  CHECK(nth_block("10.244.0.0/16", 24, 255) == "10.244.255.0/24");
  CHECK(nth_block("10.244.0.0/16", 24, 256) == "none");
  CHECK(nth_block("10.244.0.0/16", 26, 5) == "10.244.1.64/26");
  CHECK(nth_block("10.244.0.0/16", 15, 0) == "none");
  CHECK(nth_block("10.244.0.0/16", 33, 0) == "none");
  CHECK(nth_block("fd00:10:244::/56", 64, 3) == "fd00:10:244:3::/64");
  CHECK(nth_block("::/0", 128, ~std::uint64_t{0}) == "::ffff:ffff:ffff:ffff/128");
  CHECK(host_bits(cidr("10.244.0.0/16")) == 16);
  CHECK(host_bits(cidr("fd00::/112")) == 16);
}

}  // namespace ingot::config
