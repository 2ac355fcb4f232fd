// SPDX-License-Identifier: Apache-2.0
#include "logs/folder.hpp"

#include "base/error.hpp"
#include "support/temp_dir.hpp"

#include <sys/stat.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace ingot;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

base::ErrorCode code_of(const logs::Folder& folder, std::string_view name) {
  try {
    folder.create(name).write("x");
  } catch (const base::Error& error) {
    return error.code();
  }
  return base::ErrorCode::internal;
}

}  // namespace

TEST_CASE("files go below the folder, with the folders they need", "[logs]") {
  const testing::TempDir temp;
  const logs::Folder folder((temp.path() / "a/b").string());
  folder.create("c/d.log").write("words");
  folder.below("node").create("./e//f.log").write("more");
  CHECK(content(temp.path() / "a/b/c/d.log") == "words");
  CHECK(content(temp.path() / "a/b/node/e/f.log") == "more");
  CHECK(folder.written().files == 2);
  CHECK(folder.written().bytes == 9);
}

TEST_CASE("a file that is there already is replaced", "[logs]") {
  const testing::TempDir temp;
  const logs::Folder folder(temp.path().string());
  folder.create("a").write("a long text");
  folder.create("a").write("short");
  CHECK(content(temp.path() / "a") == "short");
}

TEST_CASE("no name leads out of the folder", "[logs]") {
  const testing::TempDir temp;
  const logs::Folder folder((temp.path() / "in").string());
  for (const char* name : {"../out", "a/../../out", "/out", "..", "a/..", "//out"}) {
    INFO(name);
    CHECK(code_of(folder, name) == base::ErrorCode::untrusted);
    CHECK_THROWS_AS(folder.make_folder(name), base::Error);
    CHECK_THROWS_AS(folder.below(name), base::Error);
  }
  CHECK(code_of(folder, std::string_view("a\0b", 3)) == base::ErrorCode::untrusted);
  CHECK(code_of(folder, "") == base::ErrorCode::untrusted);
  CHECK_FALSE(fs::exists(temp.path() / "out"));
}

TEST_CASE("links that lie in the folder are not followed", "[logs]") {
  const testing::TempDir temp;
  const logs::Folder folder((temp.path() / "in").string());
  fs::create_directory(temp.path() / "out");
  fs::create_directory_symlink(temp.path() / "out", temp.path() / "in/pods");
  fs::create_symlink(temp.path() / "out/file", temp.path() / "in/journal.log");
  CHECK(code_of(folder, "pods/a.log") == base::ErrorCode::environment);
  CHECK(code_of(folder, "journal.log") == base::ErrorCode::environment);
  CHECK(fs::is_empty(temp.path() / "out"));
}

TEST_CASE("a pipe that lies in the folder makes nobody wait", "[logs]") {
  const testing::TempDir temp;
  REQUIRE(::mkfifo((temp.path() / "journal.log").c_str(), 0600) == 0);
  const logs::Folder folder(temp.path().string());
  CHECK(code_of(folder, "journal.log") == base::ErrorCode::environment);
}

TEST_CASE("a folder that cannot be made is told", "[logs]") {
  const testing::TempDir temp;
  std::ofstream(temp.path() / "file") << "x";
  try {
    const logs::Folder folder((temp.path() / "file/below").string());
    FAIL("it was made");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::environment);
    CHECK_FALSE(error.failure().cause.empty());
  }
}
