// SPDX-License-Identifier: Apache-2.0
#include "tar/decompressor.hpp"
#include "base/error.hpp"
#include "support/compressed.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace ingot::tar {

namespace {

using testing::gzip;
using testing::zstd;

constexpr std::size_t kMebibyte = 1U << 20U;

// In pieces of `step` bytes.
std::function<std::string()> pieces_of(std::string bytes, std::size_t step) {
  return [bytes = std::move(bytes), step, at = std::size_t{0}]() mutable {
    const auto piece = bytes.substr(at, step);
    at += piece.size();
    return piece;
  };
}

std::string all_of(Decompressor& from) {
  std::string all;
  for (auto piece = from.read(); !piece.empty(); piece = from.read()) {
    all += piece;
  }
  return all;
}

std::string read(const std::string& bytes, std::size_t step = 1000) {
  Decompressor from(pieces_of(bytes, step));
  return all_of(from);
}

std::string refusal_of(const std::string& bytes) {
  try {
    read(bytes);
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::untrusted);
    return error.failure().cause;
  }
  return "understood";
}

// Does not compress well.
std::string noise() {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same in every run
  std::string bytes(300'000, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(random());
  }
  return bytes;
}

}  // namespace

TEST_CASE("what is compressed comes out as it was, however it is cut into pieces", "[tar]") {
  const auto content = noise() + std::string(700'000, 'x');
  const auto step = GENERATE(as<std::size_t>(), 1000, 1024, 10'000'000);
  CHECK(read(gzip(content), step) == content);
  CHECK(read(zstd(content), step) == content);
  CHECK(read(gzip("words"), 1) == "words");
  CHECK(read(zstd("words"), 1) == "words");
}

TEST_CASE("what is not compressed stays as it is", "[tar]") {
  const auto content = noise();
  CHECK(read(content) == content);
  CHECK(read("x", 1) == "x");
  CHECK(read("\x1f") == "\x1f");  // as gzip begins, and no more
  CHECK(read("").empty());
}

TEST_CASE("several compressed files one after the other are one", "[tar]") {
  CHECK(read(gzip("one ") + gzip("two")) == "one two");
  CHECK(read(zstd("one ") + zstd("two")) == "one two");
}

TEST_CASE("what is cut off, or goes on as nonsense, is refused", "[tar]") {
  const auto content = noise();
  for (const auto& whole : {gzip(content), zstd(content)}) {
    for (const auto size : {whole.size() / 3, whole.size() - 100, whole.size() - 1}) {
      CAPTURE(size);
      CHECK(refusal_of(whole.substr(0, size)) != "understood");
    }
    CHECK(refusal_of(whole.substr(0, 20) + std::string(1000, '\xff')) != "understood");
  }
}

TEST_CASE("a little that becomes very much comes out in small pieces", "[tar]") {
  std::string bomb = gzip(gzip(std::string(64 * kMebibyte, '\0')));
  REQUIRE(bomb.size() < 2000);
  Decompressor from(pieces_of(bomb, 1000));
  std::size_t total = 0;
  for (auto piece = from.read(); !piece.empty(); piece = from.read()) {
    REQUIRE(piece.size() <= kMebibyte);
    total += piece.size();
  }
  CHECK(total == 64 * kMebibyte);
}

TEST_CASE("what the source throws comes out", "[tar]") {
  Decompressor at_once([]() -> std::string { throw base::Cancelled(); });
  CHECK_THROWS_AS(at_once.read(), base::Cancelled);
  auto first = pieces_of(gzip(noise()), 1000);
  int left = 3;
  Decompressor later([&]() -> std::string {
    if (left-- == 0) {
      throw base::Cancelled();
    }
    return first();
  });
  CHECK_THROWS_AS(all_of(later), base::Cancelled);
}

}  // namespace ingot::tar
