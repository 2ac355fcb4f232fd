// SPDX-License-Identifier: Apache-2.0
#include "image/build_log.hpp"
#include "image/recipe.hpp"
#include "image/results.hpp"

#include "support/source_dir.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace ingot;

namespace {

struct Told final : plan::StepContext {
  [[nodiscard]] const std::stop_token& stop() const override { return stop_; }
  void progress(std::string_view text, std::int64_t current, std::int64_t total) override {
    lines.push_back("progress " + std::string(text) + " " + std::to_string(current) + "/" +
                    std::to_string(total));
  }
  void mark(std::string_view text) override { lines.push_back("mark " + std::string(text)); }
  void warn(std::string_view text) override { lines.push_back("warn " + std::string(text)); }

  std::vector<std::string> lines;
  std::stop_token stop_;
};

}  // namespace

TEST_CASE("A build's log tells what begins and how far it is, wherever its pieces end", "[image]") {
  Told told;
  image::BuildLog log(told);
  for (const char* piece : {"building\n  > etc", "d: up to 25 s\n  = small (skipped)\n    kuber",
                            "netes: 30 s of about 290 s\n    no: x s of about 3 s\n"}) {
    log.feed(piece);
  }
  CHECK(told.lines ==
        std::vector<std::string>{"mark etcd: up to 25 s", "progress kubernetes, seconds 30/290"});
}

TEST_CASE("Of a build's log the end is kept", "[image]") {
  Told told;
  image::BuildLog log(told);
  for (int i = 0; i < 1000; ++i) {
    log.feed("line " + std::to_string(i) + "\n");
  }
  log.feed("unfinished");
  CHECK(log.tail().starts_with("line 970\n"));
  CHECK(log.tail().ends_with("line 999\nunfinished"));
}

TEST_CASE("A line without an end does not grow", "[image]") {
  Told told;
  image::BuildLog log(told);
  for (int i = 0; i < 100; ++i) {
    log.feed(std::string(1024, 'x'));
  }
  CHECK(log.tail().size() < 256U << 10U);
}

TEST_CASE("The recipe in this program is a compressed tar", "[image]") {
  CHECK(image::recipe().starts_with("\x1f\x8b"));
  CHECK(image::recipe().size() > 10'000);
}

TEST_CASE("The versions that can be built are those of the recipe", "[image]") {
  std::ifstream file(support::source_dir() / "manifests/node-image/versions.sh");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::size_t count = 0;
  for (std::size_t at = text.find(" KUBERNETES_VERSION=v"); at != std::string::npos;
       at = text.find(" KUBERNETES_VERSION=v", at + 1)) {
    ++count;
  }
  CHECK(count == image::kRecipeVersions.size());
  for (const auto version : image::kRecipeVersions) {
    CHECK(text.find(" KUBERNETES_VERSION=" + std::string(version) + " ") != std::string::npos);
  }
}
