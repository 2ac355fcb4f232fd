// SPDX-License-Identifier: Apache-2.0
#include "tar/tree.hpp"

#include "base/error.hpp"
#include "support/temp_dir.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace ingot;
namespace fs = std::filesystem;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string packed(const std::string& path, const std::string& name, std::size_t piece = 1000) {
  tar::TreePacker packer(path, name);
  std::string archive;
  std::string buffer(piece, '\0');
  for (;;) {
    const auto count = packer.read(buffer.data(), buffer.size());
    if (count == 0) {
      return archive;
    }
    archive.append(buffer, 0, count);
  }
}

void unpack(const std::string& archive, const std::string& folder, const std::string& rename = {}) {
  tar::TreeUnpacker unpacker(folder, rename);
  for (std::size_t at = 0; at < archive.size(); at += 777) {
    unpacker.feed(std::string_view(archive).substr(at, 777));
  }
  unpacker.finish();
}

void make_tree(const testing::TempDir& home) {
  fs::create_directories(home / "app/deep/er");
  fs::create_directories(home / "app/empty");
  std::ofstream(home / "app/run") << "#!/bin/sh\n";
  fs::permissions(home / "app/run", fs::perms(0750));
  std::ofstream(home / "app/deep/er/none");
  std::ofstream large(home / "app/large", std::ios::binary);
  for (int i = 0; i < 200'000; ++i) {
    large << i << ",";
  }
  fs::create_symlink("run", home / "app/link");
  fs::create_symlink(std::string(150, 'x') + "/" + std::string(150, 'y'), home / "app/far");
}

}  // namespace

TEST_CASE("a folder comes out of an archive as it went in", "[unit][tar]") {
  const testing::TempDir home;
  make_tree(home);
  fs::create_directories(home / "to");
  unpack(packed(home / "app", "app"), home / "to");
  CHECK(read(home / "to/app/run") == "#!/bin/sh\n");
  CHECK(fs::status(home / "to/app/run").permissions() == fs::perms(0750));
  CHECK(read(home / "to/app/large") == read(home / "app/large"));
  CHECK(fs::is_regular_file(home / "to/app/deep/er/none"));
  CHECK(fs::is_directory(home / "to/app/empty"));
  CHECK(fs::read_symlink(home / "to/app/link") == "run");
  CHECK(fs::read_symlink(home / "to/app/far") == fs::read_symlink(home / "app/far"));
}

TEST_CASE("what is copied can have another name at its end", "[unit][tar]") {
  const testing::TempDir home;
  make_tree(home);
  const auto archive = packed(home / "app/run", "start", 1);
  unpack(archive, home / "app");
  CHECK(read(home / "app/start") == "#!/bin/sh\n");
  unpack(archive, home / "app", "begin");
  CHECK(read(home / "app/begin") == "#!/bin/sh\n");
}

TEST_CASE("what is not there cannot be packed", "[unit][tar]") {
  const testing::TempDir home;
  CHECK_THROWS_AS(tar::TreePacker(home / "none", "none"), base::Error);
}

TEST_CASE("no archive writes outside of the folder", "[unit][tar]") {
  const testing::TempDir home;
  fs::create_directories(home / "inside");
  fs::create_directories(home / "outside");
  const auto refuses = [&](const std::vector<tar::File>& files) {
    try {
      unpack(tar::pack(files), home / "inside");
    } catch (const base::Error&) {
      return true;
    }
    return false;
  };
  CHECK(refuses({{.path = "/../outside/file", .content = "x"}}));
  CHECK(refuses({{.path = "//etc/file", .content = "x"}}));
  // A link first, then through it.
  static_cast<void>(
      refuses({{.path = "/way", .link_target = "../outside"}, {.path = "/way/file", .content = "x"}}));
  CHECK(fs::is_empty(home / "outside"));
}

TEST_CASE("an archive that ends too early is none", "[unit][tar]") {
  const testing::TempDir home;
  make_tree(home);
  fs::create_directories(home / "to");
  const auto archive = packed(home / "app", "app");
  CHECK_THROWS_AS(unpack(archive.substr(0, archive.size() / 2), home / "to"), base::Error);
  CHECK_THROWS_AS(unpack("", home / "to"), base::Error);
}

TEST_CASE("folders are packed with their modes", "[unit][tar]") {
  const testing::TempDir home;
  unpack(tar::pack(
             {{.path = "/private/", .mode = 0700}, {.path = "/private/key", .content = "k", .mode = 0600}}),
         home.path().string());
  CHECK(fs::status(home / "private").permissions() == fs::perms(0700));
  CHECK(fs::status(home / "private/key").permissions() == fs::perms(0600));
}
