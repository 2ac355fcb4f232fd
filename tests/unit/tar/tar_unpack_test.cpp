// SPDX-License-Identifier: Apache-2.0
// Archives come from engines: whatever they hold, the answer is files or Error{untrusted}.
#include "tar/tar.hpp"

#include "base/error.hpp"
#include "unit/tar/headers.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <random>

namespace ingot::tar {

namespace {

constexpr std::uint64_t kMebibyte = 1U << 20U;

// How reading `tar` ended: nothing when it gave files.
std::optional<base::ErrorCode> refusal_of(std::string_view tar) {
  try {
    std::ignore = unpack(tar);
    return std::nullopt;
  } catch (const base::Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("only regular files come out of an archive", "[tar]") {
  const auto files = unpack(pack({{"/a/file", "x"}, {"/a/link", "", 0777, "/a/file"}}));
  REQUIRE(files.size() == 1);
  CHECK(files.at("a/file") == "x");
}

TEST_CASE("links come out of an archive where they are asked for, and modes with them", "[tar]") {
  const auto files = unpack_with_links(pack({{"/a/file", "x", 0600}, {"/a/link", "", 0777, "/a/file"}}));
  REQUIRE(files.size() == 2);
  CHECK(files[0].path == "a/file");
  CHECK(files[0].content == "x");
  CHECK(files[0].mode == 0600);
  CHECK(files[1].link_target == "/a/file");
}

TEST_CASE("what is no archive is untrusted", "[tar]") {
  const std::string garbage = GENERATE(std::string("no such file"), std::string(4096, 'x'),
                                       std::string("{\"message\":\"oops\"}"), std::string(700, '\377'));
  CHECK(refusal_of(garbage) == base::ErrorCode::untrusted);
}

TEST_CASE("an answer without a byte is no archive", "[tar]") {
  CHECK(refusal_of("") == base::ErrorCode::untrusted);
}

TEST_CASE("an archive cut off inside a file is untrusted", "[tar]") {
  const std::string whole = pack({{"/file", std::string(2000, 'x')}});
  for (std::size_t size = test::kBlock; size < test::kBlock + 2000; ++size) {
    REQUIRE(refusal_of(std::string_view(whole).substr(0, size)) == base::ErrorCode::untrusted);
  }
}

TEST_CASE("an archive cut off anywhere gives files or an error, never anything else", "[tar]") {
  const std::string whole = pack({{"/a/one", std::string(700, 'x')}, {"/two", "y"}});
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const auto refusal = refusal_of(std::string_view(whole).substr(0, size));
    REQUIRE((!refusal || refusal == base::ErrorCode::untrusted));
  }
}

TEST_CASE("an archive with any byte changed gives files or an error, never anything else", "[tar]") {
  const std::string whole = pack({{"/a/one", "content"}, {"/two", "y"}});
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same damage in every run
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(random());
    const auto refusal = refusal_of(damaged);
    REQUIRE((!refusal || refusal == base::ErrorCode::untrusted));
  }
}

TEST_CASE("a file that claims more than the limit is refused before its bytes are read", "[tar]") {
  const std::uint64_t claimed = GENERATE(64 * kMebibyte + 1, 8'000 * kMebibyte);
  CHECK(refusal_of(test::file_header("huge", claimed)) == base::ErrorCode::untrusted);
}

TEST_CASE("files that are too large only together are refused", "[tar]") {
  const std::string half = test::file_header("half", 33 * kMebibyte) + std::string(33 * kMebibyte, 'x');
  CHECK_FALSE(refusal_of(half + std::string(2 * test::kBlock, '\0')));
  CHECK(refusal_of(half + half) == base::ErrorCode::untrusted);
}

}  // namespace ingot::tar
